//! What can be wrong with a network's file, in sentences for the person who chose it.

use crate::Layer;

/// The most of a file's own text that an error quotes, in characters.
const QUOTED: usize = 200;

/// The start of a text that comes from a file.
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// Why a file is refused, or a layer cannot be had. Each says what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not a safetensors file at all.
    #[error("This is not a network file: {0}. Pastiche reads VGG-19's weights as a .safetensors file, or as PyTorch's .pth or .bin.")]
    NotSafetensors(String),
    /// A file of `torch.save` that cannot be read.
    #[error("This PyTorch file cannot be used: {0}.")]
    Torch(String),
    /// An HTML page saved under a network's name.
    #[error(
        "This is a web page, not a network file: the download probably failed and its error page was saved instead. Download the .safetensors file again."
    )]
    WebPage,
    /// The file ends before its header says that it should.
    #[error("The network file is cut short: it should be {expected} bytes long, but only {found} are there. Copy or download it again.")]
    Truncated {
        /// Bytes according to the header.
        expected: usize,
        /// Bytes in the file.
        found: usize,
    },
    /// The tensors' checksum is not the one that the file was written with.
    #[error("The network file is damaged: its checksum does not fit. Copy or download it again.")]
    Damaged,
    /// A convolution that cannot be missing.
    #[error(
        "The network file has no tensor called \"{0}\". Pastiche needs VGG-19's convolutions under torchvision's names (features.0.weight, features.0.bias, ...)."
    )]
    Missing(String),
    /// Convolutions of several architectures.
    #[error(
        "The tensor \"{name}\" is no convolution of {architecture}, though the network file's other tensors are. Pastiche reads VGG-19, VGG-16, VGG-13 and VGG-11 in torchvision's numbering, without batch normalisation."
    )]
    Mixture {
        /// The tensor's name.
        name: String,
        /// The architecture that fits best.
        architecture: &'static str,
    },
    /// A tensor that is not what the architecture has there.
    #[error("The tensor \"{name}\" has the shape {found:?}, but {expected} was expected there. This is not a network with VGG's layout.")]
    Shape {
        /// The tensor's name.
        name: String,
        /// Its shape in the file.
        found: Vec<usize>,
        /// The required shape.
        expected: String,
    },
    /// Indices without the values that they point to.
    #[error(
        "The tensor \"{0}\" holds 8-bit indices, but the file has no palette of 256 values for them, so it is incomplete. Get it again."
    )]
    NoPalette(String),
    /// Neither f16 nor f32, nor weights in 8 bits.
    #[error(
        "The tensor \"{name}\" holds numbers of type {found}; Pastiche reads f16 and f32, and of weights 8 bits with steps or with a palette of f32."
    )]
    Type {
        /// The tensor's name.
        name: String,
        /// Its type in the file.
        found: String,
    },
    /// NaN or infinity.
    #[error(
        "The tensor \"{0}\" holds values that are not numbers (NaN or infinite), so the file is damaged. Get it again from where it came from."
    )]
    NotFinite(String),
    /// Numbers that no network has.
    #[error(
        "The tensor \"{0}\" holds values that no network has (beyond 65504, the largest of 16 bits), so the file is damaged. Get it again from where it came from."
    )]
    TooLarge(String),
    /// A published network whose values differ from the published ones.
    #[error(
        "The values of \"{0}\" are not those of the VGG-19 that the file says it is (the checksum does not fit). Nothing was kept; get the file again."
    )]
    Checksum(String),
    /// No metadata, and not a published network.
    #[error(
        "The network file does not say what input it wants, and its first layer is neither Oxford's nor torchvision's VGG-19. Files of other origin need the metadata pastiche.schema, input and layout."
    )]
    Unknown,
    /// Metadata that contradicts itself or is of a later schema.
    #[error("The network file's metadata is not understood: {0}.")]
    Metadata(String),
    /// A layer that the network lacks.
    #[error("This network ({network}) has no layer {layer}; its deepest is {deepest}. Choose another layer or preset, or use VGG-19.")]
    NoSuchLayer {
        /// The network's name.
        network: String,
        /// The requested layer.
        layer: Layer,
        /// The network's deepest layer.
        deepest: Layer,
    },
    /// A tensor that was not requested.
    #[error("The tensor \"{0}\" is not part of this download.")]
    NotAskedFor(String),
}
