// npm install @zohocrm/typescript-sdk-8.0
import { mkdtempSync } from "fs";
import { tmpdir } from "os";
import { DataCenter, FileStore, InitializeBuilder, OAuthBuilder, ParameterMap, Record }
  from "@zohocrm/typescript-sdk-8.0";

const url = "{url}";
const folder = mkdtempSync(tmpdir() + "/zoho-");

async function main() {
  await (await new InitializeBuilder())
    .environment(DataCenter.setEnvironment(url, url + "/oauth/v2/token", url))
    .token(new OAuthBuilder().clientId("{client_id}").clientSecret("{client_secret}")
      .refreshToken("{refresh_token}").build())
    .store(new FileStore(folder + "/tokens.csv"))
    .resourcePath(folder)
    .initialize();
  const params = new ParameterMap();
  await params.add(Record.GetRecordsParam.FIELDS, "Last_Name,Company");
  const response = await new Record.RecordOperations("Leads").getRecords(params);
  for (const lead of (response.getObject() as Record.ResponseWrapper).getData())
    console.log(lead.getId(), lead.getKeyValue("Last_Name"), lead.getKeyValue("Company"));
}
main();
