// com.zoho.crm:zohocrm-java-sdk-8-0, from Zoho's repository https://maven.zohodl.com
import com.zoho.api.authenticator.OAuthToken;
import com.zoho.api.authenticator.store.FileStore;
import com.zoho.crm.api.*;
import com.zoho.crm.api.dc.DataCenter.Environment;
import com.zoho.crm.api.record.*;
import java.nio.file.*;

public class Leads {
    static final String URL = "{url}";
    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("zoho-");
        new Initializer.Builder().environment(new Environment() {
            public String getUrl() { return URL; }
            public String getAccountsUrl() { return URL + "/oauth/v2/token"; }
            public String getFileUploadUrl() { return URL; }
        }).token(new OAuthToken.Builder().clientID("{client_id}").clientSecret("{client_secret}")
            .refreshToken("{refresh_token}").build())
            .store(new FileStore(folder + "/tokens.csv")).resourcePath(folder.toString()).initialize();
        ParameterMap params = new ParameterMap();
        params.add(RecordOperations.GetRecordsParam.FIELDS, "Last_Name,Company");
        ResponseWrapper page = (ResponseWrapper) new RecordOperations("Leads").getRecords(params, null).getObject();
        for (com.zoho.crm.api.record.Record lead : page.getData())
            System.out.println(lead.getId() + " " + lead.getKeyValue("Last_Name") + " " + lead.getKeyValue("Company"));
    }
}
