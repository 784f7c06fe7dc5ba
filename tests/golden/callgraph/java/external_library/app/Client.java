package app;

import com.acme.http.Request;
import com.acme.http.Session;
import java.util.logging.Logger;

public class Client extends Session {
    private static final Logger LOG = Logger.getLogger("client");
    private final Codec codec;

    public Client(Codec codec) {
        super("client");
        this.codec = codec;
    }

    public byte[] fetch(String url) {
        LOG.info(url);
        Request request = new Request(url);
        request.send(3);
        connect(url);
        System.out.println(url);
        return codec.encode(url);
    }
}
