// dotnet add package ZOHOCRMSDK-8.0
using System;
using System.IO;
using Com.Zoho.API.Authenticator;
using Com.Zoho.API.Authenticator.Store;
using Com.Zoho.Crm.API;
using Com.Zoho.Crm.API.Dc;
using Com.Zoho.Crm.API.Record;

var url = "{url}";
var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "zoho-" + Guid.NewGuid())).FullName;
new Initializer.Builder()
    .Environment(new DataCenter.Environment(url, url + "/oauth/v2/token", url))
    .Token(new OAuthToken.Builder().ClientId("{client_id}").ClientSecret("{client_secret}")
        .RefreshToken("{refresh_token}").Build())
    .Store(new FileStore(Path.Combine(folder, "tokens.csv")))
    .ResourcePath(folder)
    .Initialize();

var parameters = new ParameterMap();
parameters.Add(RecordOperations.GetRecordsParam.FIELDS, "Last_Name,Company");
var response = new RecordOperations("Leads").GetRecords(parameters, null);
foreach (var lead in ((ResponseWrapper) response.Object).Data)
    Console.WriteLine($"{lead.Id} {lead.GetKeyValue("Last_Name")} {lead.GetKeyValue("Company")}");
