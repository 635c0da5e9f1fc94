//! The macros [`settings!`] and [`choices!`], in which settings and the values of an enum setting are declared, and the rows that they
//! produce for validation, merging and the description.

use serde::Serialize;

/// One setting: where it is, how the page shows it, and which values it takes. Serialised as the page reads it.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Setting {
    /// Dotted path in the settings, e.g. `style.weight`.
    pub path: &'static str,
    /// Id of the group of [`GROUPS`](super::schema::GROUPS) that it is shown in.
    pub group: &'static str,
    /// Short name in plain words.
    pub label: &'static str,
    /// One or two sentences on what it does.
    pub help: &'static str,
    /// Which values it takes.
    #[serde(flatten)]
    pub kind: Kind,
    /// Whether it is always shown rather than folded away.
    pub primary: bool,
    /// Whether it may change during a run.
    pub live: bool,
}

/// Which values a setting takes. Bounds are inclusive.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Kind {
    /// Any number of the range.
    Number(Range),
    /// A whole number of the range.
    Integer(Range),
    /// One of these values.
    Choice {
        /// In the order in which they are shown.
        choices: &'static [Choice],
    },
    /// `true` or `false`.
    Boolean,
    /// A list of layers, each once, with weights of the range.
    Layers(Range),
    /// A list of weights of the range, one for each style image; may be shorter.
    Weights(Range),
}

/// An inclusive range, and how a slider covers it.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Range {
    /// Smallest allowed value.
    pub min: f64,
    /// Largest allowed value.
    pub max: f64,
    /// Lower end of the part in which useful values lie, which a slider spans; a text field takes the rest.
    pub usual_min: f64,
    /// Upper end of that part.
    pub usual_max: f64,
    /// Finest useful step.
    pub step: f64,
    /// The slider's scale.
    pub scale: Scale,
}

/// The scale of a slider.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// Equal distances are equal differences.
    Linear,
    /// Equal distances are equal ratios.
    Log,
}

/// One value of an enum setting.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Choice {
    /// Its name in the JSON.
    pub value: &'static str,
    /// In plain words.
    pub label: &'static str,
}

/// An enum that a setting can have as its type.
pub trait Choices {
    /// All of its values, in the order in which they are shown.
    const CHOICES: &'static [Choice];
}

/// A field of a struct that [`settings!`] declares.
#[derive(Clone, Copy, Debug)]
pub(super) enum Entry {
    /// A setting.
    Setting(Setting),
    /// An object with settings of its own.
    Section(&'static [Entry]),
    /// A field that nobody sets (`schema`).
    Internal,
}

impl Range {
    /// In words: `0 to 4`.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{} to {}", number(self.min), number(self.max))
    }
}

/// A number as a person writes it: `1000000`, `0.05`, `1e-12`.
fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-4 { format!("{value:e}") } else { format!("{value}") }
}

/// A range that a slider spans whole, on a linear scale.
pub(super) const fn linear(min: f64, max: f64, step: f64) -> Range {
    Range { min, max, usual_min: min, usual_max: max, step, scale: Scale::Linear }
}

/// A range of which a slider spans the part `usual`, on a logarithmic scale.
pub(super) const fn log(min: f64, max: f64, usual: (f64, f64), step: f64) -> Range {
    Range { min, max, usual_min: usual.0, usual_max: usual.1, step, scale: Scale::Log }
}

/// How many settings there are in `entries` and their sections.
pub(super) const fn count(entries: &[Entry]) -> usize {
    let (mut settings, mut at) = (0, 0);
    while at < entries.len() {
        settings += match &entries[at] {
            Entry::Setting(_) => 1,
            Entry::Section(inner) => count(inner),
            Entry::Internal => 0,
        };
        at += 1;
    }
    settings
}

/// The `N` settings in `entries` and their sections, in the order in which they are shown: primary ones first, then as declared.
pub(super) const fn table<const N: usize>(entries: &[Entry]) -> [Setting; N] {
    const BLANK: Setting = Setting { path: "", group: "", label: "", help: "", kind: Kind::Boolean, primary: false, live: false };
    let (rows, primary) = fill(entries, true, [BLANK; N], 0);
    let (rows, all) = fill(entries, false, rows, primary);
    assert!(all == N, "N is not the count of the entries");
    rows
}

/// Appends the settings that are `primary`, or those that are not, to the first `filled` rows.
const fn fill<const N: usize>(entries: &[Entry], primary: bool, mut rows: [Setting; N], mut filled: usize) -> ([Setting; N], usize) {
    let mut at = 0;
    while at < entries.len() {
        match &entries[at] {
            Entry::Setting(setting) if setting.primary == primary => {
                rows[filled] = *setting;
                filled += 1;
            }
            Entry::Section(inner) => (rows, filled) = fill(inner, primary, rows, filled),
            Entry::Setting(_) | Entry::Internal => {}
        }
        at += 1;
    }
    (rows, filled)
}

/// Declares nested settings, each in one place:
///
/// ```text
/// settings! {
///     /// The struct's documentation.
///     pub struct Settings {
///         /// The field's documentation. A field without a row is not shown and cannot be set.
///         schema: u32 = 1,
///         /// Type, default (`Default::default()` if left out) and the row of the table. Numbers and lists have a range; of an enum
///         /// the choices are those of its own declaration. Flags are `primary` and `live`.
///         strength: f64 = 1.0 => {
///             range: linear(0.0, 1.0, 0.05), group: "style", flags: [primary, live],
///             label: "Strength",
///             help: "How far ...",
///         },
///         /// A section: a struct of its own with this documentation, and an object in the JSON.
///         style: StyleSettings {
///             weight: f64 = 1.0 => { ... },
///         },
///     }
/// }
/// ```
///
/// Produces the structs, with serde (every key may be left out, an unknown one is an error) and `Default`, and for each the constant
/// `ENTRIES` with its rows.
macro_rules! settings {
    ($(#[$doc:meta])* pub struct $Struct:ident { $($fields:tt)* }) => {
        settings! { @struct () [$(#[$doc])*] $Struct { $($fields)* } }
    };

    // `$section`: the key of the section in parentheses, empty for the outermost struct.
    (@struct $section:tt [$($struct_doc:tt)*] $Struct:ident {
        $(
            $(#[$doc:meta])*
            $key:ident: $type:ident $(<$element:ident>)? $({ $($fields:tt)* })? $(= $default:expr)? $(=> $row:tt)?,
        )*
    }) => {
        $($struct_doc)*
        #[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[cfg_attr(feature = "types", derive(::ts_rs::TS))]
        #[serde(default, deny_unknown_fields)]
        pub struct $Struct {
            $($(#[$doc])* pub $key: $type $(<$element>)?,)*
        }

        impl Default for $Struct {
            fn default() -> Self {
                Self { $($key: settings!(@default $($default)?),)* }
            }
        }

        impl $Struct {
            const ENTRIES: &'static [$crate::settings::declare::Entry] = &[
                $(settings!(@entry $section $key ($type $($element)?) $({ $($fields)* })? $(=> $row)?),)*
            ];
        }

        $(settings! { @section ($key) [$(#[$doc])*] $type $({ $($fields)* })? })*
    };

    (@section $section:tt $doc:tt $type:ident) => {};
    (@section $section:tt $doc:tt $type:ident $fields:tt) => { settings! { @struct $section $doc $type $fields } };

    (@default) => { Default::default() };
    (@default $default:expr) => { $default };

    (@entry $section:tt $key:ident $type:tt) => { $crate::settings::declare::Entry::Internal };
    (@entry $section:tt $key:ident ($type:ident) { $($fields:tt)* }) => { $crate::settings::declare::Entry::Section($type::ENTRIES) };
    (@entry $section:tt $key:ident ($($type:ident)+) => {
        $(range: $range:expr,)?
        group: $group:literal,
        $(flags: [$($flag:ident),*],)?
        label: $label:literal,
        help: $help:literal,
    }) => {
        $crate::settings::declare::Entry::Setting({
            let setting = $crate::settings::declare::Setting {
                path: settings!(@path $section $key),
                group: $group,
                label: $label,
                help: $help,
                kind: settings!(@kind $($type)+ $(, $range)?),
                primary: false,
                live: false,
            };
            $($(let setting = $crate::settings::declare::Setting { $flag: true, ..setting };)*)?
            setting
        })
    };

    (@path () $key:ident) => { stringify!($key) };
    (@path ($section:ident) $key:ident) => { concat!(stringify!($section), ".", stringify!($key)) };

    (@kind f64, $range:expr) => { $crate::settings::declare::Kind::Number($range) };
    (@kind u32, $range:expr) => { $crate::settings::declare::Kind::Integer($range) };
    (@kind bool) => { $crate::settings::declare::Kind::Boolean };
    (@kind Vec WeightedLayer, $range:expr) => { $crate::settings::declare::Kind::Layers($range) };
    (@kind Vec f64, $range:expr) => { $crate::settings::declare::Kind::Weights($range) };
    (@kind $choice:ident) => {
        $crate::settings::declare::Kind::Choice { choices: <$choice as $crate::settings::declare::Choices>::CHOICES }
    };
}

/// Declares the enums that settings can have as their types: each variant with its name in the JSON and its label.
///
/// ```text
/// choices! {
///     /// The enum's documentation.
///     pub enum Start {
///         /// The variant's documentation.
///         #[default]
///         Content = "content" => "The photo",
///     }
///     // An enum of another crate, which has serde by itself; all of its variants have to be there.
///     extern enum Padding { Zero = "zero" => "Plain colour", }
/// }
/// ```
macro_rules! choices {
    () => {};
    (
        $(#[$doc:meta])*
        pub enum $Enum:ident { $($(#[$variant_doc:meta])* $Variant:ident = $value:literal => $label:literal,)+ }
        $($more:tt)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        #[cfg_attr(feature = "types", derive(::ts_rs::TS))]
        pub enum $Enum {
            $($(#[$variant_doc])* #[serde(rename = $value)] $Variant,)+
        }

        choices! { @list $Enum { $($Variant = $value => $label,)+ } }
        choices! { $($more)* }
    };
    (extern enum $Enum:ident { $($variants:tt)* } $($more:tt)*) => {
        choices! { @list $Enum { $($variants)* } }
        choices! { $($more)* }
    };
    (@list $Enum:ident { $($Variant:ident = $value:literal => $label:literal,)+ }) => {
        impl $crate::settings::declare::Choices for $Enum {
            const CHOICES: &'static [$crate::settings::declare::Choice] = {
                // Does not compile if a variant is missing.
                const fn listed(choice: $Enum) {
                    match choice { $($Enum::$Variant => {})+ }
                }
                $(listed($Enum::$Variant);)+
                &[$($crate::settings::declare::Choice { value: $value, label: $label },)+]
            };
        }
    };
}

pub(super) use {choices, settings};
