package org.harbor.ledger;

import static java.util.Objects.requireNonNull;
import static org.harbor.ledger.Currency.*;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.*;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Keeps the bookings of one harbor and answers for their sum.
 *
 * @param <B> what a booking is
 */
@Service("ledger")
@Deprecated
public abstract class Ledger<B extends Ledger.Booking> extends Store<B> implements Closeable, org.harbor.Audited {
    /** No ledger holds more bookings than this. */
    public static final int MAX_BOOKINGS = 10_000, MIN_BOOKINGS = 1;

    private static Logger logger = Logger.named("ledger");

    protected final Map<String, List<B>> byBerth = new HashMap<>();
    private Path file;
    int revision;

    static {
        logger.info("loaded");
    }

    {
        revision = 1;
    }

    /** Opens the ledger that lies in a file. */
    public Ledger(Path file, String... berths) throws IOException {
        super(file.toString());
        this.file = requireNonNull(file);
        for (String berth : berths) {
            byBerth.put(berth, new ArrayList<>());
        }
        load();
    }

    protected Ledger() throws IOException {
        this(Path.of("ledger.txt"));
    }

    // Reads every line; broken ones are counted, not raised.
    private void load() throws IOException {
        int broken = 0;
        try (var lines = Files.lines(file)) {
            for (var line : (Iterable<String>) lines::iterator) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                B booking = decode(line);
                if (booking == null) {
                    broken++;
                } else {
                    add(booking);
                }
            }
        } catch (SecurityException | IOException problem) {
            logger.warn(problem.getMessage());
            throw problem;
        } finally {
            this.revision += broken;
        }
    }

    /** Turns one line into a booking. */
    protected abstract B decode(String line);

    public void add(B booking) {
        byBerth.computeIfAbsent(booking.berth(), key -> new ArrayList<>()).add(booking);
        super.touch(booking);
        revision = revision + 1;
    }

    public void add(B booking, int times) {
        for (int i = 0; i < times; i++) {
            this.add(booking);
        }
    }

    /** The sum of one berth, in cents. */
    @Override
    public long total(String berth) {
        List<B> found = byBerth.getOrDefault(berth, List.of());
        long sum = 0;
        for (B booking : found) {
            sum += switch (booking.currency()) {
                case EURO -> booking.cents();
                case KRONE -> Rates.current().convert(booking.cents(), KRONE);
                default -> 0;
            };
        }
        return sum > MAX_BOOKINGS ? clip(sum) : sum;
    }

    static long clip(long sum) {
        while (sum > MAX_BOOKINGS) {
            sum /= 2;
        }
        return sum;
    }

    public <R> List<R> report(Function<? super B, R> line) {
        List<R> result = new ArrayList<R>();
        byBerth.values().forEach(bookings -> {
            for (B each : bookings) {
                result.add(line.apply(each));
            }
        });
        Collections.<R>unmodifiableList(result);
        result.sort(Comparator.comparing(Object::toString));
        return result;
    }

    @Override
    public synchronized void close() {
        Thread saver = new Thread(new Runnable() {
            @Override
            public void run() {
                Ledger.this.file = null;
                flush();
            }
        });
        saver.start();
    }

    /** One entry of a ledger. */
    public interface Booking extends Comparable<Booking>, Visible {
        int DIGITS = 2;

        String berth();

        long cents();

        default Currency currency() {
            return Currency.EURO;
        }

        static Booking of(String berth, long cents) {
            return new Plain(berth, cents);
        }
    }

    /** The plainest booking. */
    public record Plain(String berth, long cents) implements Booking {
        public Plain {
            if (cents < 0) {
                throw new IllegalArgumentException("negative");
            }
        }

        @Override
        public int compareTo(Booking other) {
            return Long.compare(cents, other.cents());
        }
    }

    @interface Service {
        String value() default "";
    }
}

/** What is paid with. */
enum Currency implements Labelled {
    /** The common one. */
    EURO("€") {
        @Override
        String label() {
            return "euro";
        }
    },
    KRONE("kr");

    private final String sign;

    Currency(String sign) {
        this.sign = sign;
    }

    String label() {
        return sign.toLowerCase(Locale.ROOT);
    }
}

class LedgerTest {
    @Test
    void sumsOneBerth() {
        Ledger.Booking booking = Ledger.Booking.of("north", 300);
        Assertions.assertEquals(300, booking.cents());
        String[] names = {"north", "south"};
        names[0] = "east";
        if (booking instanceof Ledger.Plain plain && plain.cents() > 0) {
            plain.berth().length();
        }
    }
}
