//! TypeScript types of the JSON that the bindings return and take, generated from the Rust types. `./dev types` writes the file.

use std::{any::TypeId, collections::BTreeMap, env, fs, path::PathBuf};

use transfer::{
    Progress,
    run::{plan::Plan, report::Report},
    settings::describe::Description,
};
use ts_rs::{Config, TS, TypeVisitor};

use crate::{download::TensorRange, engine::EngineInfo, network::NetworkInfo, plan::PlanRequest, run_spec::RunSpecJson};

/// The generated file, of the checkout that cargo runs in now: several may share what was compiled.
fn file() -> PathBuf {
    let here: PathBuf = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.join("../../web/engine-types.d.ts")
}

const HEADER: &str = "// Generated from the Rust types by `./dev types`; a test of crates/browser compares. Do not edit.
// The JSON that crates/browser returns and takes as text.
";

/// Declarations of a type and of the types in it, by name.
struct Declarations {
    config: Config,
    seen: Vec<TypeId>,
    by_name: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if self.seen.contains(&TypeId::of::<T>()) {
            return;
        }
        self.seen.push(TypeId::of::<T>());
        // Types that are not derived have no declaration: numbers, lists.
        if T::output_path().is_some() {
            let declaration = format!("{}export {}", T::docs().unwrap_or_default(), T::decl(&self.config));
            let before = self.by_name.insert(T::ident(&self.config), declaration);
            assert!(before.is_none(), "two types have the name {}", T::ident(&self.config));
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

/// The whole file.
fn generate() -> String {
    // JSON's numbers are doubles, and lists of a fixed length are lists.
    let config = Config::new().with_large_int("number").with_array_tuple_limit(0);
    let mut declarations = Declarations { config, seen: Vec::new(), by_name: BTreeMap::new() };
    declarations.visit::<EngineInfo<'static>>();
    declarations.visit::<Description>();
    declarations.visit::<NetworkInfo<'static>>();
    declarations.visit::<TensorRange>();
    declarations.visit::<PlanRequest>();
    declarations.visit::<Plan>();
    declarations.visit::<RunSpecJson>();
    declarations.visit::<Progress>();
    declarations.visit::<Report>();
    let all: Vec<String> = declarations.by_name.into_values().collect();
    let text = format!("{HEADER}\n{}\n", all.join("\n\n"));
    // ts-rs leaves spaces at the ends of lines.
    text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

#[test]
fn the_types_of_the_page_are_those_of_the_code() {
    let generated = generate();
    if env::var_os("PASTICHE_WRITE_TYPES").is_some() {
        fs::write(file(), &generated).unwrap();
    }
    let committed = fs::read_to_string(file()).unwrap_or_default();
    assert!(committed == generated, "web/engine-types.d.ts is not what the code generates: run `./dev types` and commit it.");
}
