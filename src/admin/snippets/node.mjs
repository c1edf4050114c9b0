// npm install @zohocrm/nodejs-sdk-8.0
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import * as sdk from "@zohocrm/nodejs-sdk-8.0";

const url = "{url}";
const folder = mkdtempSync(tmpdir() + "/zoho-");
await (await new sdk.InitializeBuilder())
  .environment(sdk.DataCenter.setEnvironment(url, url + "/oauth/v2/token", url))
  .token(new sdk.OAuthBuilder().clientId("{client_id}").clientSecret("{client_secret}")
    .refreshToken("{refresh_token}").build())
  .store(new sdk.FileStore(folder + "/tokens.csv"))
  .resourcePath(folder)
  .initialize();

const params = new sdk.ParameterMap();
await params.add(sdk.Record.GetRecordsParam.FIELDS, "Last_Name,Company");
const response = await new sdk.Record.RecordOperations("Leads").getRecords(params);
for (const lead of response.getObject().getData())
  console.log(lead.getId(), lead.getKeyValue("Last_Name"), lead.getKeyValue("Company"));
