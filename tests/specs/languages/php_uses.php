// PHP: calls follow namespaces, imports, declared types, PHPDoc where it is exact, bases and traits.
//- composer.json
{"name": "ex/app", "autoload": {"psr-4": {"App\\": "src/"}}}
//- src/Util/Helper.php
<?php
namespace App\Util;
class Helper {
    const MAX = 3;
    public static int $count = 0;
    public static function go(): static { return new static(); }
//                                                   ^ calls Helper
    public function run(): void {}
}
//- src/Util/functions.php
<?php
namespace App\Util;
const LIMIT = 3;
function load(): Helper { return Helper::go(); }
//                                       ^ calls Helper::go
//- src/globals.php
<?php
define('LEVEL', 2);
function trace() {}
function load() {}
//- src/Base.php
<?php
namespace App;
/** A base. */
abstract class Base {
    protected ?Helper $none = null;
    public function __construct(protected Util\Helper $helper) {}
//                                             ^ references Helper
    public function close(): void {}
    /** @return $this */
    public function with() { return $this; }
    abstract public function start(): void;
}
//- src/Logs.php
<?php
namespace App;
trait Logs {
    public function close(): void {}
//                  ^ !overrides *
    public function log(): void {}
}
//- src/Starts.php
<?php
namespace App;
interface Starts { public function start(): void; }
//- src/Suit.php
<?php
namespace App;
enum Suit: string implements Starts {
//                           ^ inherits Starts
    case Hearts = 'h';
    public function label(): string { return self::Hearts->start(); }
//                                                         ^ calls Suit::start
    public function start(): void {}
//                  ^ overrides Starts::start
}
//- src/main.php
<?php
namespace App;
use App\Util\Helper as H;
//  ^ imports src/Util/Helper.php
use function App\Util\load;
//           ^ imports src/Util/functions.php
use const App\Util\LIMIT;
//        ^ imports src/Util/functions.php
use App\{Suit, Logs as L};
//       ^ imports src/Suit.php
//             ^ imports src/Logs.php
use App\Util;
//  ^ imports src/Util/Helper.php
use App\Gone;
//  ^ imports missing App\Gone
use Psr\Log\LoggerInterface;
//  ^ imports external Psr\Log\LoggerInterface
require __DIR__ . '/globals.php';
//< imports src/globals.php
require_once dirname(__DIR__) . '/src/Gone.php';
//< imports missing ../src/Gone.php
require 'vendor/autoload.php';
//< imports external vendor/autoload.php
#[Util\Helper]
//     ^ references Helper
final class Main extends Base implements Starts {
//                       ^ inherits Base
//                                       ^ inherits Starts
    use L { log as note; }
//      ^ inherits Logs
    private $typed;
    /** @var H[] */
    private array $all = [];
    private static ?H $one = null;
    public function __construct(H $helper, private readonly LoggerInterface $logger) {
        parent::__construct($helper);
//              ^ calls Base::__construct
        $this->logger->run();
//                     ^ !calls *
    }
    public function start(): void {
//                  ^ overrides Base::start
        $this->helper->run();
//             ^ references Base::$helper
//                     ^ calls Helper::run by a member of the declared type of its receiver
        $this->close();
//             ^ calls Logs::close by a member of a base of its receiver's type
//             ^ !calls Base::close@src/Base.php
        $this->with()->start();
//             ^ calls Base::with
//                     ^ calls Main::start
        self::$one?->run();
//            ^ references Main::$one
//                   ^ calls Helper::run
        foreach ($this->all as $key => $each) { $each->run(); }
//                                                     ^ calls Helper::run
        foreach ($this->all as $key => $each) { $key->run(); }
//                                                    ^ !calls *
        load()->run(); trace(); Util\load();
//      ^ calls load
//              ^ calls Helper::run
//                     ^ calls trace
        \load();
//       ^ calls load@src/globals.php
//       ^ !calls load@src/Util/functions.php
        namespace\load();
//                ^ !calls *
        strlen('x'); gone();
//      ^ !calls *
        $a = LIMIT + H::MAX + LEVEL + H::$count;
//           ^ references LIMIT
//                      ^ references Helper::MAX
//                            ^ references LEVEL
//                                       ^ references Helper::$count
        H::go()->run();
//               ^ calls Helper::run
        static::go();
//              ^ !calls *
    }
    /** @param H|null $doc
     *  @param H|Suit $either */
    public function locals(H|Suit $any, ?H $maybe, $doc, $either, self $own, $unknown) {
        $any->run(); $either->run(); $unknown->run();
//            ^ !calls *
//                            ^ !calls *
//                                             ^ !calls *
        $maybe->run(); $doc?->run(); $own->start();
//              ^ calls Helper::run
//                            ^ calls Helper::run
//                                         ^ calls Main::start
        $new = new H(); $new->run();
//                 ^ calls Helper
//                            ^ calls Helper::run
        if ($unknown) { $new = Suit::Hearts; }
        $new->run(); $new->start();
//            ^ !calls *
//                         ^ !calls *
        $set = null;
        if ($unknown) { $set = new H(); } else { $set = new H(); }
        $set->run();
//            ^ calls Helper::run
        if ($unknown instanceof H && $unknown->run()) { $unknown->run(); }
//                                             ^ calls Helper::run
//                                                                ^ calls Helper::run
        $unknown->run();
//                ^ !calls *
        if (!$either instanceof Suit) { return; }
        $either->label();
//               ^ calls Suit::label
        $f = function ($x) use ($set) { $set->run(); $this->start(); };
//                                            ^ calls Helper::run
//                                                            ^ calls Main::start
        $f = function ($x) { $set->run(); $x->run(); $new->run(); };
//                                 ^ !calls *
        $g = fn(H $h) => $h->run() . $set->run();
//                           ^ calls Helper::run
//                                         ^ calls Helper::run
        /** @var H $noted */
        $noted = $unknown->x();
        $noted->run();
//              ^ calls Helper::run
        array_map([$this, 'start'], []); usort($a, [H::class, 'go']); $this->close(...);
//                ^ references Main::start
//                                                 ^ references Helper::go
//                                                                           ^ references Logs::close
        $name = 'run'; $maybe->$name(); ($this->typed)(); $unknown::go(); new $name;
//                             ^ !calls *
//                                                                 ^ !calls *
        try { load(); } catch (H $e) { $e->run(); }
//                                         ^ calls Helper::run
        try { } catch (Gone|H $e) { $e->run(); }
//                                      ^ !calls *
        $anonymous = new class($maybe) extends Base { public function start(): void { $this->close(); } };
//                                                                    ^ overrides Base::start
//                                                                                           ^ calls Base::close
        echo "x {$maybe->run()}";
//                       ^ calls Helper::run
        [$first, $second] = [$maybe, 1]; $first->run();
//                                               ^ !calls *
    }
}
//- several.php
<?php
namespace One { class A { function m() {} } }
namespace Two {
    use One\A as B;
//      ^ !imports missing One\A
    function go(B $b) { $b->m(); }
//                          ^ calls One::A::m
    function stop() { (new A)->m(); }
//                             ^ !calls *
}
