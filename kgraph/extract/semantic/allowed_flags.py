"""Which flags of a compile database may reach libclang.

Output: the options of gcc and clang that say how a text is to be read, by the form in which they are spelled, and those
that go without a word.

The list is one of what may pass. A compile database is input, not ours to trust, and clang knows 3,700 options: some of
them run programs (`--offload-arch=native --amdgpu-arch-tool=./x`), load code (`-fplugin=`), write files (`-MJ`,
`-dependency-dot`) or read flags from elsewhere (`--config=`); what the next version adds nobody can list. Every option
here takes as many words in clang as it is said to take here: so no value can be taken for a flag, nor a flag for a
value.
"""

from __future__ import annotations

import re

# --- what has its value in the next word ----------------------------------------------------------------------------

# Also joined to it ("-Iinclude"), and passed on as it came.
SHORT = ("-D", "-U", "-I", "-F")
# Also joined to it ("-isystem/opt/include"), and passed on in two words. The longer name comes first.
LONG = (
    *("-iframeworkwithsysroot", "-iwithprefixbefore", "-stdlib++-isystem", "-cxx-isystem", "-iwithsysroot"),
    *("-iwithprefix", "-iframework", "-idirafter", "-isysroot", "-isystem", "-iprefix", "-include"),
    *("-imacros", "-iquote", "-x"),
)
# Never joined to it.
SEPARATE = ("--sysroot", "-target", "-arch")
WITH_VALUE = frozenset({*SHORT, *LONG, *SEPARATE})

# Not graphics processors: to find out which one there is, clang runs programs.
_TARGET = (
    r"(x86_64h?|i[3-9]86|aarch64|arm64|arm|thumb|riscv|ppc|powerpc|mips|s390x|systemz|sparc|wasm|loongarch|hexagon|"
    r"avr|msp430|m68k|csky|xtensa|lanai|ve|bpf|arc|none)[\w.]*(-[\w.+-]*)?"
)
# Values that must be one of a kind; any other option's may be whatever it is.
VALUES = {
    "-x": re.compile(r"c|c\+\+|objective-c|objective-c\+\+|cuda|hip|none|(c|c\+\+|objective-c|objective-c\+\+)-header"),
    "-target": re.compile(_TARGET, re.ASCII),
    "-arch": re.compile(r"\w+", re.ASCII),
}

# Other spellings of these, with "=" or the value in the next word.
ALIASES = {
    "--define-macro": "-D",
    "--undefine-macro": "-U",
    "--include-directory": "-I",
    "--include-directory-after": "-idirafter",
    "--include-prefix": "-iprefix",
    "--include-with-prefix": "-iwithprefix",
    "--include-with-prefix-after": "-iwithprefix",
    "--include-with-prefix-before": "-iwithprefixbefore",
    "--include": "-include",
    "--imacros": "-imacros",
    "--language": "-x",
    "-internal-isystem": "-isystem",
    "-internal-externc-isystem": "-isystem",
}

# --- what is one word -----------------------------------------------------------------------------------------------

_PLAIN = (
    r"-(ansi|traditional|traditional-cpp|trigraphs|undef|nostdinc|nostdinc\+\+|nostdlibinc|nobuiltininc|pthread|pthreads|"
    r"ObjC|ObjC\+\+|EB|EL|nocudainc|nocudalib|nogpuinc|nogpulib)|"
    r"--(ansi|trigraphs|no-standard-includes|signed-char|unsigned-char|cuda-host-only|offload-host-only)"
)
_WITH_EQUALS = (
    r"--?std=[\w+:.]+|--?stdlib=[\w+]+|--(sysroot|gcc-toolchain|gcc-install-dir|gcc-triple|cuda-path)=.+|"
    r"-O([0-3sgz]|fast)?"
)
# Of the language, of types and their sizes, or with a macro or a `__has_feature` that tells of it.
_FEATURES = (
    r"access-control|aligned-allocation|aligned-new|altivec|asm|asm-blocks|apple-pragma-pack|associative-math|blocks|"
    r"borland-extensions|builtin|builtin-\w+|cf-protection|char8_t|check-new|common|complete-member-pointers|concepts|"
    r"const-strings|constant-cfstrings|coroutines|coroutines-ts|cx-limited-range|cxx-exceptions|declspec|"
    r"delayed-template-parsing|digraphs|dollars-in-identifiers|double-square-bracket-attributes|emulated-tls|"
    r"enable-matrix|exceptions|experimental-library|extended-identifiers|fast-math|finite-math-only|fixed-point|"
    r"for-scope|force-enable-int128|freestanding|friend-injection|gnu-inline-asm|gnu-keywords|gnu-runtime|"
    r"gnu89-inline|gpu-rdc|heinous-gnu-extensions|honor-infinities|honor-nans|hosted|implicit-templates|inline|"
    r"lax-vector-conversions|math-errno|ms-compatibility|ms-extensions|ms-volatile|native-half-type|next-runtime|"
    r"non-call-exceptions|objc-arc|objc-arc-exceptions|objc-call-cxx-cdtors|objc-exceptions|objc-gc|objc-gc-only|"
    r"objc-infer-related-result-type|objc-legacy-dispatch|objc-nonfragile-abi|objc-weak|openacc|openmp|openmp-simd|"
    r"operator-names|pack-struct|pascal-strings|permissive|pic|PIC|pie|PIE|reciprocal-math|reg-struct-return|"
    r"relaxed-template-template-args|ropi|rounding-math|rtti|rtti-data|rwpi|seh-exceptions|short-enums|short-wchar|"
    r"signaling-nans|signed-bitfields|signed-char|signed-wchar|signed-zeros|single-precision-constant|"
    r"sized-deallocation|sjlj-exceptions|stack-protector|stack-protector-all|stack-protector-strong|strict-enums|"
    r"threadsafe-statics|trapping-math|trigraphs|unsafe-math-optimizations|unsigned-bitfields|unsigned-char|"
    r"use-cxa-atexit|visibility-inlines-hidden|wasm-exceptions|wrapv|writable-strings|xl-pragma-pack|zvector"
)
_FEATURES_WITH_VALUE = (
    r"abi-version|aligned-new|altivec-src-compat|bracket-depth|c\+\+-abi|cf-protection|clang-abi-compat|"
    r"constexpr-depth|constexpr-loop-limit|constexpr-ops-limit|constexpr-steps|default-calling-conv|denormal-fp-math|"
    r"excess-precision|fp-contract|fp-eval-method|fp-exception-behavior|fp-model|gnuc-version|lax-vector-conversions|"
    r"max-type-align|ms-compatibility-version|msc-version|new-alignment|objc-abi-version|objc-runtime|openmp|"
    r"openmp-version|operator-arrow-depth|pack-struct|sanitize|strict-flex-arrays|template-depth|tls-model|visibility|"
    r"wchar-type"
)
# Of the machine.
_MACHINE = (
    # x86
    r"16|32|64|x32|iamcu|3dnowa?|mmx|sse[\w.]*|ssse3|avx[\w.-]*|amx-[\w-]+|apxf|adx|aes|kl|widekl|abm|bmi2?|lzcnt|"
    r"popcnt|fma4?|f16c|fsgsbase|fxsr|gfni|vaes|vpclmulqdq|pclmul|rd(pid|pru|rnd|seed)|sha|sha512|sm[34]|xop|tbm|lwp|"
    r"xsave(c|opt|s)?|cx16|movbe|movdir(i|64b)|cldemote|clflushopt|clwb|clzero|mwaitx|pku|prfchw|prefetch(i|wt1)|"
    r"ptwrite|invpcid|sgx|serialize|tsxldtrk|uintr|usermsr|waitpkg|wbnoinvd|enqcmd|hreset|cmpccxadd|raoint|evex512|"
    r"shstk|sahf|crc32|vzeroupper|80387|x87|rtm|hle|pconfig|"
    # all
    r"hard-float|soft-float|single-float|double-float|float128|general-regs-only|long-double-(64|80|128)|"
    r"big-endian|little-endian|be|le|regparm|rtd|ms-bitfields|align-double|"
    # systems
    r"windows|console|dll|threads|unicode|kernel|glibc|uclibc|"
    # ARM
    r"thumb|arm|unaligned-access|outline-atomics|cmse|crc|"
    # PowerPC, s390, SPARC
    r"altivec|vsx|htm|power\d+(-vector)?|isel|spe|mma|crypto|direct-move|cmpb|popcntd|fprnd|vx|zvector|vis[23]?|v[89]|"
    # MIPS, LoongArch, WebAssembly, Hexagon
    r"ips(\d+(r\d)?|16)|abicalls|dsp(r2)?|msa|micromips|fp(32|64|xx)|lasx|lsx|simd128|relaxed-simd|atomics|bulk-memory|"
    r"exception-handling|multivalue|mutable-globals|nontrapping-fptoint|reference-types|sign-ext|tail-call|"
    r"extended-const|hvx|v\d+t?"
)
_MACHINE_WITH_VALUE = (
    r"arch|cpu|fpu|abi|float-abi|fpmath|cmodel|regparm|branch-protection|sve-vector-bits|rvv-vector-bits|mcu|hvx|"
    r"nan|tp|(macos|macosx|ios|iphoneos|ios-simulator|iphonesimulator|tvos|watchos|appletvos)-version-min"
)
ALONE = re.compile(
    rf"{_PLAIN}|{_WITH_EQUALS}|--target={_TARGET}|-f(no-)?({_FEATURES})|-f(no-)?({_FEATURES_WITH_VALUE})=[\w.,:+-]+|-ftemplate-depth-\d+|"
    rf"-f(macro|file)-prefix-map=.+|-m(no-)?({_MACHINE})|-m({_MACHINE_WITH_VALUE})=[\w.,:+-]+",
    re.ASCII,
)

# --- what is left out without a word --------------------------------------------------------------------------------

# Outputs, dependency files, warnings, debug information, optimization, and what is the linker's or the assembler's.
QUIET_WITH_VALUE = frozenset(
    {
        *("-o", "--output", "-MF", "-MT", "-MQ", "-MJ", "--serialize-diagnostics", "-serialize-diagnostics"),
        *("-dependency-file", "-Xlinker", "-Xassembler", "-L", "-l", "-T", "-u", "-z", "-e", "--param", "-framework"),
        *("-weak_framework", "-install_name", "-rpath", "-undefined", "-dumpbase", "-dumpbase-ext", "-dumpdir"),
        *("-current_version", "-compatibility_version", "--system-header-prefix", "--no-system-header-prefix"),
    }
)
QUIET = re.compile(
    r"-(c|S|E|P|C|CC|H|Q\w*|v|w|M|MM|MD|MMD|MP|MG|MV|o.+|MF.+|MT.+|MQ.+|MJ.+|[WR](?!p,).*|g\w[\w.=+-]*|g|pg?|pipe|"
    r"save-temps.*|pedantic|pedantic-errors|[lLTuz].+|s|n|no-pie|pie|rdynamic|static.*|shared.*|nostdlib|nostdlib\+\+|"
    r"nodefaultlibs|nostartfiles|no-canonical-prefixes|rtlib=.*|unwindlib=.*|fuse-ld=.*|d[\w]{1,2}|mtune=.*|"
    r"m(no-)?(red-zone|omit-leaf-frame-pointer|stackrealign|retpoline.*|indirect-branch.*|function-return=.*|fentry|"
    r"record-mcount|nop-mcount|long-calls|relax.*|preferred-stack-boundary=.*|stack-alignment=.*|harden-sls=.*|"
    r"linker-version=.*|tls-direct-seg-refs|skip-rax-setup|prefer-vector-width=.*|accumulate-outgoing-args|"
    r"stack-protector-guard.*|recip.*|fancy-math-387|ieee-fp|pc-relative-.*)|"
    r"f(no-)?(syntax-only|diagnostics-(color|show-|format|absolute|parseable|fixit|print).*|color-diagnostics|"
    r"caret-diagnostics.*|ansi-escape-codes|message-length.*|error-limit.*|max-errors.*|[\w-]+-backtrace-limit=.*|"
    r"show-\w[\w=-]*|spell-checking.*|omit-frame-pointer|optimize-sibling-calls|(function|data)-sections|plt|lto.*|"
    r"fat-lto-objects|use-linker-plugin|thinlto.*|strict-(aliasing|overflow|return|float-cast-overflow|vtable-pointers)"
    r".*|delete-null-pointer-checks|elide-constructors|tree-[\w=-]+|ipa-[\w-]+|inline-[\w=-]+|align-[\w=:,-]+|"
    r"unroll-[\w-]+|vectorize|slp-vectorize|vect-cost-model.*|merge-[\w-]+|zero-[\w=-]+|reorder-[\w=-]+|gcse[\w-]*|"
    r"ident|debug-[\w=/.-]+|eliminate-[\w-]+|(asynchronous-)?unwind-tables.*|semantic-interposition|verbose-asm|"
    r"split-[\w-]+|stack-(check|clash-protection|usage|size-section|reuse=.*)|conserve-stack|instrument-functions.*|"
    r"profile-arcs|test-coverage|coverage-mapping|trivial-auto-var-init=.*|sanitize-(recover|trap|address-use)[\w=,-]*|"
    r"keep-inline-functions|jump-tables|crossjumping|gcse.*|sched-[\w=-]+|schedule-[\w-]+|var-tracking[\w-]*|"
    r"allow-store-data-races|cse-[\w-]+|rename-registers|expensive-optimizations|ffunction-cse|float-store|"
    r"record-gcc-switches|standalone-debug|limit-debug-info|stack-limit[\w=-]*|patchable-function-entry=.*|"
    r"(input|exec|wide-exec)-charset=([uU][tT][fF]-?8)|random-seed=.*|integrated-as|integrated-cc1|"
    r"visibility-[\w-]+|unit-at-a-time|web|tracer|peel-loops|ivopts|dce|dse|trapv|caller-saves|"
    r"cuda-[\w-]+|gpu-[\w=-]+|hip-[\w=-]+))|"
    r"--(coverage|pipe|pedantic|save-temps.*|no-standard-libraries|(no-)?cuda-gpu-arch=[\w.]+|"
    r"offload-arch=(sm_|gfx)[\w.:+-]+|param=.*|(no-)?system-header-prefix=.*|output=.*|verbose)",
    re.ASCII,
)

# --- what is left out with a note, together with its value ----------------------------------------------------------

NOTED_WITH_VALUE = frozenset(
    {
        *(
            "-load",
            "-plugin",
            "-add-plugin",
            "-include-pch",
            "-index-store-path",
            "-index-unit-output-path",
            "--config",
        ),
        *("-mllvm", "-mmlir", "-B", "--prefix", "-Xanalyzer", "-Xopenmp-target", "-Xarch_host", "-Xarch_device"),
        *("-Xcuda-fatbinary", "-Xcuda-ptxas", "-Xoffload-linker", "-Xflang", "-ivfsoverlay", "--vfsoverlay"),
        *(
            "-working-directory",
            "-resource-dir",
            "-gen-cdb-fragment-path",
            "-dsym-dir",
            "-aux-info",
            "-wrapper",
            "-specs",
        ),
        *("-G", "-A", "--assert", "-imultilib", "-dependency-dot", "-header-include-file", "-opt-record-file"),
        *(
            "-index-unit-output-path",
            "-ccc-gcc-name",
            "-ccc-install-dir",
            "-filelist",
            "-force_load",
            "-fmodule-feature",
        ),
        *(
            "-fmodule-feature",
            "-diagnostic-log-file",
            "-main-file-name",
            "-triple",
            "-target-cpu",
            "-target-feature",
            "-aux-triple",
        ),
    }
)


def separate(word: str) -> tuple[str, str] | None:
    """Option and value of a word that holds both: "-Iinc", "-isystem/opt", "--define-macro=X"; else None."""
    name, equals, value = word.partition("=")
    if equals and name in ALIASES and name.startswith("--"):
        return ALIASES[name], value
    for option in (*LONG, *SHORT):
        if word.startswith(option) and len(word) > len(option):
            value = word[len(option) :]
            # "-include-pch" and "-isystem-after" are options of their own, and "-I-" was one.
            return (option, value) if option in SHORT[:2] or not value.startswith("-") else None
    return None


def is_allowed(option: str, value: str | None = None) -> bool:
    """Whether a flag may pass: one word, or an option with its value."""
    if value is None:
        return ALONE.fullmatch(option) is not None
    return option in WITH_VALUE and (option not in VALUES or VALUES[option].fullmatch(value) is not None)
