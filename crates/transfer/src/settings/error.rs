//! What can be wrong with settings, as sentences for the person who gave them.

/// Settings that cannot be used. Each message names the key, what was given, and what is accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The text is no JSON at all, or holds a number that JSON cannot (NaN, 1e999).
    #[error("The settings cannot be read as JSON: {reason}. Check the quotes, commas and numbers there.")]
    NotJson {
        /// The parser's reason, with line and column.
        reason: String,
    },
    /// JSON, but not an object.
    #[error("The settings must be a JSON object such as {{\"size\": 512}}, but {given} was given.")]
    NotAnObject {
        /// What was given instead.
        given: String,
    },
    /// A key that is not known.
    #[error("There is no setting \"{path}\". The nearest known one is \"{nearest}\"; a dot stands for nesting.")]
    UnknownKey {
        /// Dotted path of the key.
        path: String,
        /// Dotted path of the most similar setting.
        nearest: String,
    },
    /// A value of the wrong type, not a number, or outside its range.
    #[error("\"{path}\" must be {expected}, but {given} was given.")]
    BadValue {
        /// Dotted path of the key.
        path: String,
        /// What is accepted, range included.
        expected: String,
        /// What was given.
        given: String,
    },
    /// A layer that VGG-19 does not have.
    #[error(
        "\"{path}\" names the layer {given}, which VGG-19 does not have. The nearest one is \"{nearest}\"; layers run from conv1_1 to conv5_4."
    )]
    UnknownLayer {
        /// Dotted path of the key.
        path: String,
        /// What was given.
        given: String,
        /// The most similar layer.
        nearest: String,
    },
    /// A layer that is twice in one list.
    #[error("\"{path}\" names the layer {layer} twice. Name it once, with the weight it should have.")]
    LayerTwice {
        /// Dotted path of the list.
        path: String,
        /// The layer.
        layer: String,
    },
    /// A list of layers that is empty, or in which every weight is 0.
    #[error("\"{path}\" needs at least one layer with a weight above 0. To leave this loss out, set \"{weight}\" to 0 instead.")]
    NoLayers {
        /// Dotted path of the list.
        path: String,
        /// Dotted path of the loss's weight.
        weight: String,
    },
    /// The weights of all three losses are 0.
    #[error(
        "\"content.weight\", \"style.weight\" and \"tv.weight\" are all 0, so there is nothing to paint towards. Set at least one above 0."
    )]
    NothingToDo,
    /// No strength, and no content loss.
    #[error("\"strength\" is 0 and so is \"content.weight\", so nothing is left to paint towards. Set one of them above 0.")]
    NoStrength,
    /// L-BFGS with normalised gradients, which are not the gradient of any loss.
    #[error(
        "\"{path}\" is \"normalised\", which L-BFGS cannot follow, as it checks every step against the loss. Set \"optimiser.kind\" to \"adam\", or \"{path}\" to \"plain\"."
    )]
    NoDescent {
        /// Dotted path of the key.
        path: &'static str,
    },
    /// Settings written by another version.
    #[error("\"schema\" is {given}, but this version reads settings of schema 1. Leave the key out, or write 1.")]
    WrongSchema {
        /// What was given.
        given: String,
    },
    /// A preset id that is not known.
    #[error("There is no preset {given}. The nearest one is \"{nearest}\"; there are {all}.")]
    UnknownPreset {
        /// What was given.
        given: String,
        /// The most similar id.
        nearest: String,
        /// All ids.
        all: String,
    },
    /// A change, during a run, of a setting that is not live.
    #[error("\"{path}\" cannot change during a run. Stop, change it, and paint again.")]
    FixedDuringRun {
        /// Dotted path of the key.
        path: String,
    },
}
