#!/usr/bin/env bash
# The one entry point. See `./build.sh help`.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

NATIVE=(--workspace --all-targets)
WASI=wasm32-wasip1
WEB=wasm32-unknown-unknown

help() {
  cat <<'TEXT'
./build.sh demo    builds the page and serves it on this machine
./build.sh test    runs every check and test; the last line is `N passed, N failed, N skipped`: steps, steps, and
                   tests that lack their data, which are named above it
./build.sh sweep   300 random actions on each page, which `test` does 40 of, and browser tests that take long
./build.sh pkg     builds the npm package into pkg/dist and the site into dist/site
./build.sh size    prints the package's sizes and checks them against the budget
./build.sh bench   measures kernels and methods beside other runtimes; `bench smoke` only checks them
./build.sh python  builds the Python wheel into target/python/wheels, installs it in a virtual environment there and runs its
                   tests; the last line is pytest's
./build.sh browsers    the elements and the site in Firefox and WebKitGTK; writes docs/browsers.md
./build.sh frameworks  the package in React, Vue, Next.js, webpack and older Vite; writes docs/frameworks.md
./build.sh train   trains the demo's models again (Python 3 with venv, the data sets)

Needs rustup with a stable toolchain, Node 20.19 or newer, npm. What else is missing is installed:
wasm targets by rustup, development packages by npm into node_modules, and for `test`, if there is no
Chromium or Chrome, Debian's chromium by apt.
TEXT
}

say() { printf '\n== %s\n' "$*" >&2; }
die() { printf 'build.sh: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

tools() {
  has cargo || die 'cargo is missing: install Rust with rustup (https://rustup.rs)'
  has npm || die 'npm is missing: install Node 20.19 or newer'
  node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' ||
    die "Node 20.19 or newer is needed, this is $(node --version)"
}

targets() {
  local target sysroot
  sysroot=$(rustc --print sysroot)
  for target in "$@"; do
    [ -d "$sysroot/lib/rustlib/$target/lib" ] && continue
    has rustup || die "the Rust target $target is missing, and so is rustup to install it"
    rustup target add "$target" || die "rustup could not install $target"
  done
}

# npm ci only when the lock file changed: node_modules/.package-lock.json is what npm installed last.
packages() {
  [ node_modules/.package-lock.json -nt package-lock.json ] && return
  npm ci --ignore-scripts --no-audit --no-fund || die 'npm ci failed'
}

# packages_in FOLDER: the same where a folder has packages of its own.
packages_in() {
  [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] && return
  npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund || die "npm ci failed in $1"
}

pkg() {
  tools && targets "$WEB" && packages && cargo xtask pkg
}

demo() {
  pkg || exit 1
  exec node scripts/serve.mjs dist/site "${PORT:-8080}"
}

bench() {
  pkg >&2 && packages_in benches && install_browser || exit 1
  [ "${1:-}" = smoke ] || cargo bench --bench kernels || exit 1
  CHROMIUM_PATH=$(browser) node benches/run.mjs "$@"
}

train() {
  has python3 || die 'python3 is missing'
  [ -x target/venv/bin/python ] || python3 -m venv target/venv || die 'python3 cannot make a venv'
  target/venv/bin/pip install --quiet --requirement training/requirements.txt || exit 1
  # Texts are read by the program itself.
  tools && cargo build --release || exit 1
  local script
  packages && node training/molecules/graphs.mjs || exit 1
  for script in training/digits_*.py training/newsgroups_*.py training/molecules/{ames,esol,energy,kernel_ridge}.py; do
    target/venv/bin/python "$script" || exit 1
  done
}

# The wheel has the program and, below share, where the program looks for it, the page's template. torch is only installed
# where the environment has none.
wheel() {
  local folder=$PWD/target/python
  local bin=$folder/venv/bin share=$folder/heatlens.data/data/share/heatlens
  has python3 || die 'python3 is missing'
  [ -f pkg/dist/page.html ] || pkg || exit 1
  [ -x "$bin/python" ] || python3 -m venv "$folder/venv" || die 'python3 cannot make a venv'
  "$bin/pip" install --quiet --requirement pkg/python/requirements.txt || exit 1
  "$bin/python" -c 'import torch' 2>/dev/null || "$bin/pip" install --quiet torch==2.6.0 || exit 1
  rm -rf "$folder/wheels" "$folder/heatlens.data" && mkdir -p "$share" && cp pkg/dist/page.html "$share/" || exit 1
  (cd pkg/python && "$bin/maturin" build --quiet --release --compatibility linux --out "$folder/wheels") || exit 1
  "$bin/pip" install --quiet --force-reinstall --no-deps "$folder"/wheels/*.whl || exit 1
  ls -l "$folder"/wheels
  # Not from the sources: what is tested is what was installed.
  (cd "$folder" && "$bin/python" -m pytest --quiet --import-mode=importlib -p no:cacheprovider -c ../../pkg/python/pyproject.toml ../../pkg/python/tests)
}

# Prints where the browser is.
browser() {
  local name
  for name in "${CHROMIUM_PATH:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    [ -n "$name" ] && command -v "$name" && return
  done
  return 1
}

install_browser() {
  browser >/dev/null && return
  say 'no Chromium found, installing it'
  debian chromium || { echo 'install Chromium or set CHROMIUM_PATH' >&2; return 1; }
}

# debian PACKAGE…: installs them by apt.
debian() {
  has apt-get || return 1
  local sudo=()
  [ "$(id -u)" = 0 ] || sudo=(sudo)
  "${sudo[@]}" apt-get update -q && "${sudo[@]}" apt-get install -y -q --no-install-recommends "$@"
}

browsers() {
  pkg && packages_in tests/browsers || exit 1
  if ! { has "${FIREFOX_PATH:-firefox-esr}" && has WebKitWebDriver && has xvfb-run; }; then
    debian firefox-esr webkit2gtk-driver xvfb xauth || die 'install Firefox ESR, WebKitWebDriver and xvfb'
  fi
  node tests/browsers/run.mjs
}

frameworks() {
  pkg && packages_in tests/frameworks && install_browser || exit 1
  CHROMIUM_PATH=$(browser) npx --no-install playwright test --config tests/frameworks/playwright.config.mjs
}

# step NAME COMMAND…: runs it, whatever became of the others, and writes down how it ended; lanes of steps run at once.
step() {
  local name=$1 start=$SECONDS mark=ok output
  output=$(mktemp "$RESULTS/output.XXXXXX")
  shift
  say "$name"
  if ! "$@" </dev/null 2>&1 | tee "$output"; then
    mark=FAILED
    failure "$name" "$output" >>"$RESULTS/failures"
  fi
  printf '%-6s %4d s  %s\n' "$mark" $((SECONDS - start)) "$name" >>"$RESULTS/summary"
  # Playwright's list of what passed at its second go only, told again above the summary.
  sed -n '/^ *[0-9]* flaky$/,/^ *[0-9]* passed/p' "$output" | grep ' › ' >>"$RESULTS/flaky"
}

# failure NAME FILE: what a failed step printed, in short. The end of a long output is what is kept of it.
failure() {
  printf '== %s failed:\n' "$1"
  # Tests of panics on purpose say so, too.
  grep -E '✘|✖|panicked at|\.\.\. FAILED' "$2" | grep -v 'panicked at src/wasm.rs' | cut -c1-200 | head -n 15
  printf '…\n'
  tail -n 25 "$2" | cut -c1-200
}

clippy_native() { cargo clippy "${NATIVE[@]}" -- -D warnings; }
clippy_web() { cargo clippy --lib --no-default-features --target "$WEB" -- -D warnings; }
# Tests of processes, of documents and the like say `// native only` in their first file. A panic ends a program there,
# so what a test prints must not be held back.
test_wasi() {
  local file name tests=()
  for file in tests/*.rs tests/*/main.rs; do
    name=${file#tests/} name=${name%.rs}
    grep -q '^// native only' "$file" || tests+=(--test "${name%/main}")
  done
  cargo test --no-fail-fast --no-default-features --target "$WASI" --lib "${tests[@]}" -- --nocapture
}
# Fused multiply-add, in which the second module differs: the same golden cases with the same tolerances, and the
# same order of subsets as by the plain algorithm.
test_relaxed() {
  RUSTFLAGS='-Ctarget-feature=+simd128,+relaxed-simd' cargo test --no-fail-fast --no-default-features \
    --target "$WASI" --target-dir "${CARGO_TARGET_DIR:-target}/relaxed" --test golden --test masking -- --nocapture
}
doc() { RUSTDOCFLAGS='-D warnings' cargo doc --no-deps --lib --quiet; }
format_js() { npx --no-install prettier --check --log-level warn .; }
lint_js() { npx --no-install eslint --max-warnings 0 .; }
# Three projects, since package, pages and scripts run in different surroundings.
types() {
  local project ok=0
  for project in . www scripts; do npx --no-install tsc --noEmit --project "$project" || ok=1; done
  return "$ok"
}
# One file on each core: by itself Node leaves one core free.
test_node() {
  node --test --test-reporter=spec --test-concurrency="$(nproc)" tests/pkg/*.test.mjs tests/www/*.test.mjs
}
smoke_bench() { packages_in benches && CHROMIUM_PATH=$(browser) node benches/run.mjs smoke; }
test_browser() { CHROMIUM_PATH=$(browser) npx --no-install playwright test; }

sweep() {
  pkg && install_browser || exit 1
  HEATLENS_ACTIONS=300 CHROMIUM_PATH=$(browser) npx --no-install playwright test property random || exit 1
  HEATLENS_LONG=1 CHROMIUM_PATH=$(browser) npx --no-install playwright test --grep @long
}

run_tests() {
  local started=$SECONDS
  export CI=${CI:-true} CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never}
  # Tests on data that are not part of the project fail without them where they should be, and else write here that they
  # were skipped.
  [ -d "${HEATLENS_DATA:-../shared/data}" ] && export HEATLENS_REQUIRE_DATA=1
  RESULTS=$(mktemp -d) || die 'no temporary folder can be made'
  export HEATLENS_SKIPPED=$RESULTS/skipped
  touch "$RESULTS"/{summary,failures,flaky,skipped}
  tools
  targets "$WEB" "$WASI"
  packages
  # Compilers often use one core: what does not need the other's results runs beside it.
  trap 'trap - TERM; kill 0' INT TERM
  page_steps >"$RESULTS/pages" 2>&1 &
  rust_steps
  wait $!
  cat "$RESULTS/pages"
  step 'browser' install_browser
  step 'browser tests' test_browser
  step 'benches (smoke run)' smoke_bench
  [ ! -s "$RESULTS/failures" ] || printf '\n%s\n' "$(cat "$RESULTS/failures")"
  [ ! -s "$RESULTS/flaky" ] || printf '\nTests that passed at their second go only:\n%s\n' "$(cat "$RESULTS/flaky")"
  printf '\n%s\n' "$(cat "$RESULTS/summary")"
  local skipped failed passed
  skipped=$(sort -u "$HEATLENS_SKIPPED")
  passed=$(grep -c '^ok' "$RESULTS/summary") failed=$(grep -c '^FAILED' "$RESULTS/summary")
  rm -rf "$RESULTS"
  [ -z "$skipped" ] || printf '\nTests that were skipped, for want of their data:\n%s\n' "$skipped"
  printf '\n%d minutes\n' $(((SECONDS - started + 59) / 60))
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$(grep -c . <<<"$skipped")"
  [ "$failed" = 0 ]
}

rust_steps() {
  step 'format (Rust)' cargo fmt --all --check
  step 'clippy (native)' clippy_native
  step 'clippy (wasm)' clippy_web
  step 'documentation' doc
  step 'Rust tests (native)' cargo test --no-fail-fast --package heatlens --package heatlens-kernels
  step 'Rust tests (WebAssembly with SIMD)' test_wasi
  step 'Rust tests (WebAssembly with relaxed SIMD)' test_relaxed
}

page_steps() {
  step 'package, sizes, SIMD' cargo xtask pkg
  step 'format (JavaScript, Markdown)' format_js
  step 'lint (JavaScript)' lint_js
  step 'types' types
  step 'package and page tests (Node)' test_node
}

case ${1:-help} in
  demo | pkg | sweep | browsers | frameworks | train) "$1" ;;
  bench) bench "${@:2}" ;;
  python) wheel ;;
  size) cargo xtask size ;;
  test) run_tests ;;
  help | -h | --help) help ;;
  *)
    help >&2
    exit 2
    ;;
esac
