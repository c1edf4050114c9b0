// Java's own clients for HTTP, with Zoho's own addresses: java Client.java

import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

public class Client {
    static final String COUNT = "/crm/v8/Leads/actions/count";

    public static void main(String[] arguments) throws Exception {
        for (String host : new String[] {"www.zohoapis.com", "www.zohoapis.eu", "sandbox.zohoapis.in"}) {
            URI uri = URI.create("https://" + host + COUNT);
            for (HttpClient.Version version : HttpClient.Version.values()) {
                HttpClient client = HttpClient.newBuilder().version(version).build();
                HttpRequest request =
                        HttpRequest.newBuilder(uri).header("Authorization", "Zoho-oauthtoken any").build();
                expect(host, client.send(request, HttpResponse.BodyHandlers.ofString()).body());
            }
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setRequestProperty("Authorization", "Zoho-oauthtoken any");
            byte[] body = connection.getInputStream().readAllBytes();
            expect(host, new String(body, StandardCharsets.UTF_8));
        }
    }

    static void expect(String host, String body) {
        if (!body.trim().equals("{\"count\":16}")) {
            throw new AssertionError(host + ": " + body);
        }
    }
}
