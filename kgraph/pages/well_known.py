"""Files whose name says what they are for, in most repositories.

Input: the name of a file. Output: what it is, in a few words; "" where its name alone says nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

# What such a file is whatever stands in it: the first words of a licence or a list of changes say nothing of it.
_FIXED = (
    (r"(?:un)?licen[cs]e(?:$|[.\-_](?!\w*(?:py|h|c|cpp|js)$)).*"
     r"|copying(?:\.(?:md|txt|rst|lib|(?:lesser|l?gpl|bsd).*)|[.-]?v?\d.*)?",
     "the licence"),
    (r"notice(?:\.(?:md|txt))?", "notices about the copyright of others"),
    (r"(?:change[-_]?logs?|changes|history|news|release[-_]?notes)(?:\.(?:md|rst|txt|adoc))?",
     "what changed from version to version"),
    (r"code[-_]of[-_]conduct\..*", "the code of conduct"),
    (r"(?:authors|contributors|maintainers|owners)(?:\.(?:md|rst|txt))?", "who wrote or maintains it"),
    (r"codeowners", "who reviews which files"),
    (r"citation\.cff", "how to cite it"),
    (r"funding\.ya?ml", "where to give money"),
    (r"package-lock\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|npm-shrinkwrap\.json|cargo\.lock|poetry\.lock|uv\.lock|"
     r"pdm\.lock|pipfile\.lock|gemfile\.lock|composer\.lock|go\.sum|flake\.lock|package\.resolved|podfile\.lock|"
     r"deno\.lock|gradle\.lockfile|packages\.lock\.json", "the exact versions of what it depends on"),
    (r".+\.(?:png|jpe?g|gif|ico|icns|webp|avif|bmp|tiff?|svgz?|xcf|psd)", "an image"),
    (r".+\.(?:ttf|otf|woff2?|eot)", "a font"),
    (r".+\.(?:zip|t?gz|bz2|xz|zst|7z|jar|war|whl|nupkg)", "an archive"),
    (r".+\.(?:mp4|webm|mov|avi|mp3|wav|ogg|flac)", "a recording"),
    (r".+\.pdf", "a document in PDF"),
)  # fmt: skip
# What such a file is where it does not say itself what it is for.
_PLAIN = (
    (r"py\.typed", "says that the package has type annotations (PEP 561)"),
    (r"__main__\.py", "what `python -m` runs"),
    (r"contributing(?:\..*)?", "how to contribute"),
    (r"security(?:\.(?:md|txt))?", "how to report a vulnerability"),
    (r"pyproject\.toml|setup\.(?:py|cfg)|package\.json|cargo\.toml|go\.mod|pom\.xml|composer\.json|gemfile|[\w-]+\.gemspec|"
     r"package\.swift|deno\.jsonc?|jsr\.json|[\w.-]+\.csproj|[\w-]+\.podspec", "the manifest of the package"),
    (r"go\.work", "the modules of a Go workspace"),
    (r"settings\.gradle(?:\.kts)?", "the projects of a Gradle build"),
    (r"\.gitignore", "what git leaves out"),
    (r"\.gitattributes", "how git treats files"),
    (r"\.gitmodules", "the git submodules"),
    (r"\.mailmap", "the names of authors, for git"),
    (r"\.git-blame-ignore-revs", "commits that `git blame` passes over"),
    (r"manifest\.in", "which files a source distribution holds"),
    (r"configure\.(?:ac|in)", "what Autoconf makes `configure` of"),
    (r"[\w.+-]+\.pc(?:\.in)?", "what pkg-config says of a library"),
    (r"[\w+-]+\.spec(?:\.in)?", "how a package is made"),
    (r"[a-z][a-z_+-]*\.[1-8](?:\.(?:in|prebuilt))?", "a manual page"),
    (r"keys", "public keys of those who sign releases"),
    (r"\.(?:docker|npm|prettier|eslint|helm|vscode)ignore", "what a tool leaves out"),
    (r"\.editorconfig", "settings of editors"),
    (r"\.prettierrc.*|prettier\.config\..*", "settings of Prettier"),
    (r"\.eslintrc.*|eslint\.config\..*", "settings of ESLint"),
    (r"tsconfig(?:\.[\w-]+)?\.json", "settings of the TypeScript compiler"),
    (r"(jest|vitest|vite|rollup|webpack|babel|playwright|tailwind|postcss|next|svelte|astro)\.config\..*",
     "settings of {0}"),
    (r"\.pre-commit-config\.yaml", "hooks that pre-commit runs"),
    (r"\.?codecov\.ya?ml", "settings of Codecov"),
    (r"dependabot\.ya?ml|renovate\.json5?", "which updates of dependencies are proposed"),
    (r"mkdocs\.ya?ml", "settings of the documentation, for MkDocs"),
    (r"\.readthedocs\.ya?ml", "how Read the Docs builds the documentation"),
    (r"\.golangci\.ya?ml", "settings of golangci-lint"),
    (r"\.?goreleaser\.ya?ml", "how GoReleaser makes releases"),
    (r"\.?rustfmt\.toml", "settings of rustfmt"),
    (r"\.?clippy\.toml", "settings of Clippy"),
    (r"rust-toolchain(?:\.toml)?|\.tool-versions|\.nvmrc|\.(?:node|python|ruby)-version|mise\.toml",
     "versions of the tools"),
    (r"\.clang-format", "settings of clang-format"),
    (r"\.clang-tidy", "settings of clang-tidy"),
    (r"pytest\.ini|tox\.ini|noxfile\.py", "how tests are run"),
    (r"\.coveragerc", "settings of coverage.py"),
    (r"mypy\.ini|pyrightconfig\.json", "settings of the type checker"),
    (r"\.?ruff\.toml|\.flake8|\.pylintrc", "settings of the linter"),
    (r"(?:[\w.-]+[-_])?requirements(?:[-_][\w.-]+)?\.(?:txt|in)|constraints\.txt", "packages to install"),
    (r"pull_request_template\..*", "the template of pull requests"),
    (r"gradlew(?:\.bat)?|mvnw(?:\.cmd)?", "runs the build tool in the version that the project wants"),
)  # fmt: skip


@lru_cache(maxsize=1 << 12)
def always(name: str) -> str:
    """What a file is by its name, whatever it says of itself."""
    return _look_up(name, _FIXED)


@lru_cache(maxsize=1 << 12)
def describe_by_name(name: str) -> str:
    """What a file is by its name."""
    return _look_up(name, _FIXED) or _look_up(name, _PLAIN)


def _look_up(name: str, table: tuple[tuple[str, str], ...]) -> str:
    lower = name.lower()
    for pattern, said in table:
        if found := re.fullmatch(pattern, lower):
            return said.format(*(each.capitalize() for each in found.groups())) if found.re.groups else said
    return ""
