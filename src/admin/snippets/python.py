# pip install zohocrmsdk8_0
import tempfile
from zohocrmsdk.src.com.zoho.api.authenticator import OAuthToken
from zohocrmsdk.src.com.zoho.api.authenticator.store import FileStore
from zohocrmsdk.src.com.zoho.crm.api import Initializer, ParameterMap
from zohocrmsdk.src.com.zoho.crm.api.dc import DataCenter
from zohocrmsdk.src.com.zoho.crm.api.record import GetRecordsParam, RecordOperations

URL = "{url}"
folder = tempfile.mkdtemp()
Initializer.initialize(
    environment=DataCenter.Environment(URL, URL + "/oauth/v2/token", URL),
    token=OAuthToken(client_id="{client_id}", client_secret="{client_secret}",
                     refresh_token="{refresh_token}"),
    store=FileStore(folder + "/tokens.csv"),
    resource_path=folder,
)
params = ParameterMap()
params.add(GetRecordsParam.fields, "Last_Name,Company")
response = RecordOperations("Leads").get_records(params)
for lead in response.get_object().get_data():
    print(lead.get_id(), lead.get_key_value("Last_Name"), lead.get_key_value("Company"))
