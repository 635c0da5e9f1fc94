//! What a run will be and take, before it starts. Only the parsing and the device are here: see [`transfer::run::plan`].

use serde::Deserialize;
use serde_json::{Map, Value};
use transfer::{
    run::plan::{self, Budget, DeviceFacts, Plan, PlannedImages},
    settings,
};
use vgg::WeightsFile;
use wasm_bindgen::prelude::*;

use crate::{Network, engine, js_error};

/// A run to plan. Unknown fields are errors.
#[derive(Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanRequest {
    /// Its id.
    preset: String,
    /// What differs from the preset: nested JSON as in a settings file.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    settings: Map<String, Value>,
    images: PlannedImages,
    /// Bytes that there are, if less than the engine can have.
    #[serde(default)]
    #[cfg_attr(test, ts(optional = nullable))]
    budget: Option<f64>,
    /// Bytes that another run took over those that were planned for it, both without what was taken before.
    #[serde(default)]
    #[cfg_attr(test, ts(optional = nullable))]
    correction: Option<f64>,
}

/// Plans a run. `request`: JSON of a `PlanRequest`. Returns the JSON of a `Plan`.
///
/// # Errors
///
/// When the settings or the images cannot be used, or the engine has not been started.
#[wasm_bindgen]
pub fn plan(network: &Network, request: &str) -> Result<String, JsValue> {
    let device = DeviceFacts::of(&engine::device()?, engine::threads());
    let plan = planned(&network.weights(), request, device, engine::ROOM).map_err(|reason| js_error(&reason))?;
    serde_json::to_string(&plan).map_err(|error| js_error(&error))
}

/// The same without JavaScript; `room`: bytes that the engine can have.
fn planned(weights: &WeightsFile, request: &str, device: DeviceFacts, room: Option<f64>) -> Result<Plan, String> {
    let request: PlanRequest = serde_json::from_str(request).map_err(|error| error.to_string())?;
    let settings = settings::resolve(&request.preset, &Value::Object(request.settings).to_string()).map_err(|error| error.to_string())?;
    let bytes = request.budget.into_iter().chain(room).fold(f64::INFINITY, f64::min);
    let budget = Budget { bytes, correction: request.correction.unwrap_or(1.0) };
    plan::plan(weights, &settings, &request.images, device, budget).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    const CPU: DeviceFacts = DeviceFacts { in_program: true, largest_tensor: f64::INFINITY, half: false, threads: 1 };

    fn sketch() -> WeightsFile {
        let root = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../weights/sketch.safetensors");
        WeightsFile::parse(fs::read(root).unwrap()).unwrap()
    }

    fn request(more: &str) -> String {
        format!(
            r#"{{ "preset": "reference", "settings": {{ "size": 384 }},
                "images": {{ "content": {{ "width": 960, "height": 672 }}, "styles": [{{ "image": {{ "width": 300, "height": 200 }} }}] }}{more} }}"#
        )
    }

    #[test]
    fn a_request_is_planned_within_the_least_of_the_budgets() {
        let (weights, plan) = (sketch(), |more: &str, room| planned(&sketch(), &request(more), CPU, room).unwrap());
        let whole = plan("", None);
        assert_eq!((whole.width, whole.height, whole.scales.len()), (384, 269, 1));
        assert!(whole.fits && whole.largest == 4096);
        let small = plan(r#", "budget": 3e8"#, Some(3.7e9));
        assert!(small.largest < plan("", Some(3.7e9)).largest);
        assert_eq!(small, plan("", Some(3e8)));
        let corrected = plan(r#", "correction": 1.5"#, None);
        assert!(((corrected.bytes - whole.base) / (whole.bytes - whole.base) - 1.5).abs() < 1e-9);
        assert!(planned(&weights, &request(r#", "sizes": 3"#), CPU, None).is_err_and(|reason| reason.contains("sizes")));
        assert!(planned(&weights, &request("").replace("384", "8"), CPU, None).is_err_and(|reason| reason.contains("16 to 4096")));
    }
}
