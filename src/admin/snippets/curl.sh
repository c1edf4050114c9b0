curl -s {url}/oauth/v2/token -d grant_type=refresh_token -d client_id={client_id} \
  -d client_secret={client_secret} -d refresh_token={refresh_token}
curl -s "{url}/crm/v8/Leads?fields=Last_Name,Company&per_page=2" \
  -H "Authorization: Zoho-oauthtoken {access_token}"
