<?php

declare(strict_types=1);

namespace Harbor\Post;

use DateTimeImmutable;
use Harbor\Stamp\{Rate, Seal as WaxSeal, function weigh};
use Psr\Log\LoggerInterface;
use function Harbor\Text\shorten as cut;
use const Harbor\Text\WIDTH;

require_once __DIR__ . '/helpers.php';
include 'legacy.php';

/** The heaviest letter, in grams. */
const MAX_WEIGHT = 2000;
define('POST_OPEN', true);

/**
 * Something that can be delivered.
 */
interface Deliverable extends \Countable, Weighed
{
    public const FREE = 0;

    /** Brings it to a door. */
    public function deliver(string|int $door): bool;
}

trait Stamped
{
    /** @var Rate[] */
    protected array $stamps = [];

    public function stamp(Rate $rate): static
    {
        $this->stamps[] = $rate;

        return $this;
    }

    abstract public function value(): int;
}

/** How fast it goes. */
enum Speed: string implements HasLabel
{
    /** On foot. */
    case Slow = 's';
    case Fast = 'f';

    const USUAL = self::Slow;

    public static function of(int $days): self
    {
        return match (true) {
            $days > 3, $days === 0 => self::Slow,
            default => self::Fast,
        };
    }
}

/**
 * A letter on its way.
 *
 * @see Deliverable
 */
#[Entity('letter'), Cached]
#[\AllowDynamicProperties]
abstract class Letter extends \Harbor\Base\Item implements Deliverable, Sealed\Thing
{
    use Stamped, Traced {
        stamp as protected stampOnce;
    }

    public const PREFIX = 'L', SUFFIX = 'X';

    private static int $sent = 0;
    public ?Address $to = null;
    protected $log, $door;

    /** Writes a letter. */
    public function __construct(
        private readonly string $text,
        protected ?LoggerInterface $logger = null,
        int ...$weights,
    ) {
        parent::__construct($text);
        $this->to = Address::unknown();
        self::$sent += count($weights);
        static::opened();
    }

    public static function make(string $text): static
    {
        return new static($text);
    }

    abstract protected function seal(array &$wax, ?int $times = 3): ?WaxSeal;

    /**
     * Brings the letter.
     */
    #[Route('/deliver')]
    public function deliver(string|int $door): bool
    {
        $tries = 0;
        foreach ($this->stamps as $i => $rate) {
            if ($rate->isValid() && $i < WIDTH || $door === '') {
                $tries++;
            } elseif ($rate instanceof Rate) {
                $this->logger?->warning("old {$rate->name()} at $door");
            }
        }
        [$street, $number] = $this->split($door);
        try {
            $this->to->doors[0]->open = cut($street);
        } catch (Lost | \RuntimeException $problem) {
            throw new DeliveryException($problem->getMessage());
        } finally {
            parent::finish();
        }
        for ($n = 0; $n < 3; $n++) {
            \strlen($street);
        }
        while ($tries > 3) {
            $tries -= 1;
        }
        switch ($number) {
            case 1:
                break;
            default:
                $this->{$street}();
        }
        $result = $tries > 0 ? self::PREFIX : Speed::Fast->value;
        $when = $this->when ?? new DateTimeImmutable('now');

        return $result !== null && (new Bell($door))->ring($when, ...$this->stamps);
    }

    private function split($door)
    {
        $parts = array_map(fn ($part) => trim($part), explode('/', (string) $door));
        $sorter = static function (int $a, int $b) use ($door, &$parts): int {
            return $a <=> $b;
        };
        usort($parts, $sorter);

        return $parts;
    }
}

final class Postcard extends Letter
{
    public function value(): int
    {
        global $rates;
        static $cache = [];
        $cache['x'] = $rates;
        $listener = new class($this) extends Listener implements Quiet {
            public function hear(): void
            {
                echo $this->sound;
            }
        };
        $listener->hear();

        return Rate::$default->cents;
    }

    protected function seal(array &$wax, ?int $times = 3): ?WaxSeal
    {
        yield $wax;
    }
}

/** The price of a weight. */
function price(int $grams, Speed $speed = Speed::Slow): int
{
    return weigh($grams) * ($speed === Speed::Fast ? 2 : 1);
}

if (!function_exists('Harbor\Post\track')) {
    function track(Letter $letter): void
    {
        $letter->deliver('x');
    }
}

class LetterTest extends TestCase
{
    public function testPrice(): void
    {
        $letter = Postcard::make('hello');
        $this->assertSame(2, price(2));
        $letter->deliver(3);
    }
}

$main = new Postcard('start');
