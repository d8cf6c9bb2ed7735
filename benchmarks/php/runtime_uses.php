<?php
/**
 * What PHP itself says of the uses of a repository, as lines for `truth_uses.py`.
 *
 *     php runtime_uses.php ROOT AUTOLOAD calls < TRACE > RAN    methods that ran, from an Xdebug trace (format 1)
 *     php runtime_uses.php ROOT AUTOLOAD names RAN > TRUTH      these, imports, constructions, static calls, functions
 *
 * Lines with a method that did not run are `unknown`.
 *
 * AUTOLOAD is a file that registers the autoloaders of the repository, of what it requires and of nikic/php-parser,
 * whose `NameResolver` reads names; reflection tells where they are declared. What a call may mean as well, since it
 * overrides or implements the target, or is overridden by it, stands behind the target.
 */

declare(strict_types=1);

[, $root, $autoload, $mode] = $argv;
$root = realpath($root) . '/';
require $autoload;
error_reporting(0);

/** The place of a declaration in the repository; null outside of it. */
function place(ReflectionClass|ReflectionFunctionAbstract|null $of): ?string
{
    global $root;
    $file = $of?->getFileName();
    return $file && str_starts_with($file, $root) ? substr($file, strlen($root)) . "\t" . $of->getStartLine() : null;
}

function write(string $kind, string $file, int $line, string $name, ?string $target, array $others = []): void
{
    static $seen = [];
    $row = implode("\t", [$kind, $file, $line, $name, $target, ...array_map(fn($o) => str_replace("\t", ':', $o), $others)]);
    if ($target !== null && !isset($seen[$row])) {
        $seen[$row] = true;
        echo $row, "\n";
    }
}

function reflected(string $class): ?ReflectionClass
{
    try {
        return class_exists($class) || interface_exists($class) || trait_exists($class) ? new ReflectionClass($class) : null;
    } catch (Throwable) {
        return null;
    }
}

/** The methods that one overrides or implements, in classes, interfaces and traits. */
function above(ReflectionMethod $method): array
{
    $class = $method->getDeclaringClass();
    $types = [...array_values($class->getInterfaces()), ...array_values($class->getTraits())];
    for ($at = $class->getParentClass(); $at; $at = $at->getParentClass()) {
        array_push($types, $at, ...array_values($at->getInterfaces()), ...array_values($at->getTraits()));
    }
    $found = [];
    foreach ($types as $type) {
        if ($type->hasMethod($method->name) && ($place = place($type->getMethod($method->name)))) {
            $found[] = $place;
        }
    }
    return array_unique($found);
}

function called(string $class, string $name): ?ReflectionMethod
{
    $of = reflected($class);
    return $of?->hasMethod($name) ? $of->getMethod($name) : null;
}

if ($mode === 'calls') {
    $sites = [];
    while (($line = fgets(STDIN)) !== false) {
        $parts = explode("\t", $line);
        if (count($parts) < 10 || $parts[2] !== '0' || !str_starts_with($parts[8], $root) || $parts[7] !== '') {
            continue;
        }
        [$class, $name] = array_pad(preg_split('/->|::/', $parts[5], 2), 2, null);
        if ($name !== null && !str_starts_with($name, '__') && !str_contains($name, '{closure')) {
            $sites[substr($parts[8], strlen($root)) . "\t$parts[9]\t$name"][$class] = true;
        }
    }
    foreach ($sites as $site => $classes) {
        [$file, $line, $name] = explode("\t", (string) $site);
        $methods = array_filter(array_map(fn($class) => called((string) $class, $name), array_keys($classes)));
        if (count($methods) < count($classes)) {
            continue; // a mock, which was made at run time
        }
        $places = array_filter(array_map('place', $methods));
        $more = array_unique(array_merge($places, ...array_map('above', $methods)));
        write('call', $file, (int) $line, $name, $places ? reset($places) : "\t0", $more);
    }
    exit;
}

$ran = [];
foreach (file($argv[4]) as $line) {
    [, $file, $at, $name, $target] = explode("\t", $line);
    $ran["$file\t$at\t$name"] = true;
    if ($target !== '') {
        echo $line;
    }
}
$parser = (new PhpParser\ParserFactory())->createForNewestSupportedVersion();
foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator($root)) as $path) {
    if ($path->getExtension() !== 'php') {
        continue;
    }
    $file = substr((string) $path, strlen($root));
    try {
        $statements = $parser->parse(file_get_contents((string) $path));
    } catch (Throwable) {
        continue;
    }
    $names = new class($file, file_get_contents((string) $path)) extends PhpParser\NodeVisitorAbstract {
        private array $types = [];

        public function __construct(private string $file, private string $text) {}

        public function enterNode(PhpParser\Node $node)
        {
            if ($node instanceof PhpParser\Node\Stmt\ClassLike) {
                $this->types[] = $node;
            } elseif ($node instanceof PhpParser\Node\Stmt\Use_ || $node instanceof PhpParser\Node\Stmt\GroupUse) {
                $front = $node instanceof PhpParser\Node\Stmt\GroupUse ? $node->prefix . '\\' : '';
                foreach ($node->uses as $use) {
                    $full = $front . $use->name;
                    $of = ($use->type | $node->type) & 2 && function_exists($full)
                        ? new ReflectionFunction($full) : reflected($full);
                    write('import', $this->file, $use->getStartLine(), $full, place($of));
                    $alias = preg_quote((string) $use->getAlias());
                    if ($of || !preg_match("/(?<![\\\\\\w])$alias\\\\\\w/", $this->text)) { // no namespace
                        write('statement', $this->file, $use->getStartLine(), $full, '');
                    }
                }
            } elseif ($node instanceof PhpParser\Node\Expr\New_ && $node->class instanceof PhpParser\Node\Name) {
                $of = $this->named($node->class);
                $made = $of?->getConstructor();
                $own = $made && $made->getDeclaringClass()->name === $of->name ? $made : null;
                $others = array_filter([place($of), $made ? place($made) : null]);
                write('new', $this->file, $node->class->getStartLine(), $own ? '__construct' : $of?->getShortName() ?? '', place($own ?? $of), $others);
            } elseif ($node instanceof PhpParser\Node\Expr\StaticCall && $node->class instanceof PhpParser\Node\Name && $node->name instanceof PhpParser\Node\Identifier) {
                $of = $this->named($node->class);
                $method = $of?->hasMethod($node->name->name) ? $of->getMethod($node->name->name) : null;
                write('call', $this->file, $node->name->getStartLine(), $node->name->name, place($method), $method ? above($method) : []);
            } elseif ($node instanceof PhpParser\Node\Expr\MethodCall || $node instanceof PhpParser\Node\Expr\NullsafeMethodCall) {
                global $ran;
                $line = $node->name->getStartLine();
                $name = $node->name instanceof PhpParser\Node\Identifier ? $node->name->name : '';
                if (!isset($ran["$this->file\t$line\t$name"])) {
                    write('unknown', $this->file, $line, $name, '');
                }
            } elseif ($node instanceof PhpParser\Node\Expr\FuncCall && $node->name instanceof PhpParser\Node\Name) {
                $full = (string) ($node->name->getAttribute('namespacedName') ?? $node->name);
                $full = function_exists($full) ? $full : (string) $node->name;
                $of = function_exists($full) ? new ReflectionFunction($full) : null;
                write('call', $this->file, $node->name->getStartLine(), preg_replace('/.*\\\\/', '', $full), place($of));
            }
        }

        public function leaveNode(PhpParser\Node $node)
        {
            if ($node instanceof PhpParser\Node\Stmt\ClassLike) {
                array_pop($this->types);
            }
        }

        private function named(PhpParser\Node\Name $name): ?ReflectionClass
        {
            $around = end($this->types);
            if (!$name->isSpecialClassName()) {
                return reflected((string) $name);
            }
            $parent = strtolower((string) $name) === 'parent';
            if ($parent && $around instanceof PhpParser\Node\Stmt\Class_ && $around->extends) {
                return reflected((string) $around->extends);
            }
            return $parent || !$around || !isset($around->namespacedName) ? null : reflected((string) $around->namespacedName);
        }
    };
    (new PhpParser\NodeTraverser(new PhpParser\NodeVisitor\NameResolver(null, ['preserveOriginalNames' => true]), $names))->traverse($statements);
}
