// native only: reads and writes files of the repository
//! What follows from the catalogue of methods stands written where no program can make it: the README's table, the
//! package's types, and what the package knows before its engine runs. `HEATLENS_WRITE=1 cargo test --test catalogue`
//! writes all of it.

#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "support/written.rs"]
mod written;

use heatlens::methods::{CATALOG, Contrast, Descriptor};
use std::fmt::Write;
use written::between;

#[test]
fn the_readme_has_a_row_for_every_method() {
    let mut table = String::from(
        "| method | source | box | signed | a against b | sums to |\n|---|---|---|---|---|---|\n",
    );
    for method in CATALOG {
        let Descriptor { name, source, sums, .. } = method;
        let inside = if method.looks_inside() { "white" } else { "black" };
        let signed = if method.signed { "yes" } else { "no" };
        let contrast = match method.contrast {
            Contrast::Subtracted => "subtracted",
            Contrast::Propagated => "propagated",
        };
        writeln!(table, "| `{name}` | {source} | {inside} | {signed} | {contrast} | {sums} |")
            .unwrap();
    }
    between("README.md", "| method |", "\n\n", table.trim_end());
}

#[test]
fn the_types_name_every_method() {
    let names: Vec<String> =
        CATALOG.iter().map(|method| format!("\n  | '{}'", method.name)).collect();
    let union = format!("export type MethodName ={}", names.concat());
    between("pkg/results.d.ts", "export type MethodName =", ";\n", &union);
}

#[test]
fn the_package_knows_which_methods_are_shared_among_workers_and_which_run_on_the_main_thread() {
    let list = |title: &str, is: fn(&Descriptor) -> bool| {
        let names = CATALOG.iter().filter(|method| is(method));
        let names: Vec<String> = names.map(|method| format!("  '{}',\n", method.name)).collect();
        format!("export const {title} = new Set([\n{}]);\n", names.concat())
    };
    let text = list("SAMPLED", |method| method.sampled)
        + &list("MAIN_THREAD", |method| method.runs_on_main_thread());
    between("pkg/catalogue.js", "export const SAMPLED", "\n// end", text.trim_end());
}
