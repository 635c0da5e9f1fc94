//! The state of a training run, in one safetensors file of f32.

use std::{collections::HashMap, fs, path::Path};

use anyhow::{Context, Result, ensure};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use crate::{adam::Adam, loss::Energies};

/// What a resumed run starts from. Examples and stylizations are made anew.
pub(crate) struct Checkpoint {
    /// Steps done.
    pub(crate) step: u32,
    /// Seconds they took.
    pub(crate) seconds: f64,
    /// The student's values.
    pub(crate) values: Vec<Vec<f32>>,
    /// The optimiser's state.
    pub(crate) adam: Adam,
    /// Energies that errors are divided by.
    pub(crate) energies: Energies,
}

const GROUPS: [&str; 4] = ["values", "exp_avg", "exp_avg_sq", "energies"];

impl Checkpoint {
    /// Written to another file and renamed, so that an interruption leaves the old one.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let energies = vec![self.energies.features.clone(), self.energies.gram.clone()];
        let groups = [&self.values, &self.adam.exp_avg, &self.adam.exp_avg_sq, &energies];
        let mut tensors = Vec::new();
        for (group, members) in GROUPS.iter().zip(groups) {
            for (at, values) in members.iter().enumerate() {
                let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
                tensors.push((format!("{group}.{at}"), values.len(), bytes));
            }
        }
        let views = tensors
            .iter()
            .map(|(name, length, bytes)| Ok((name, TensorView::new(Dtype::F32, vec![*length], bytes)?)))
            .collect::<Result<Vec<_>>>()?;
        let metadata = HashMap::from([("step".to_owned(), self.step.to_string()), ("seconds".to_owned(), self.seconds.to_string())]);
        let partial = path.with_extension("part");
        fs::write(&partial, safetensors::serialize(views, Some(metadata))?)
            .with_context(|| format!("cannot write {}", partial.display()))?;
        fs::rename(&partial, path).with_context(|| format!("cannot write {}", path.display()))
    }

    /// `like`: values of the student that it belongs to.
    pub(crate) fn read(path: &Path, like: &[Vec<f32>]) -> Result<Self> {
        let bytes = fs::read(path).with_context(|| format!("there is no checkpoint to resume from at {}", path.display()))?;
        let tensors = SafeTensors::deserialize(&bytes).with_context(|| format!("{} is not a checkpoint", path.display()))?;
        let metadata = SafeTensors::read_metadata(&bytes)?.1.metadata().clone().unwrap_or_default();
        let number =
            |key: &str| metadata.get(key).and_then(|text| text.parse::<f64>().ok()).with_context(|| format!("the checkpoint has no {key}"));
        let group = |name: &str, count: usize| -> Result<Vec<Vec<f32>>> {
            (0..count)
                .map(|at| {
                    let view = tensors.tensor(&format!("{name}.{at}")).context("the checkpoint is of another network")?;
                    Ok(view.data().as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect())
                })
                .collect()
        };
        let [values, exp_avg, exp_avg_sq] = [GROUPS[0], GROUPS[1], GROUPS[2]].map(|name| group(name, like.len()));
        let (values, exp_avg, exp_avg_sq) = (values?, exp_avg?, exp_avg_sq?);
        let lengths = |values: &[Vec<f32>]| values.iter().map(Vec::len).collect::<Vec<_>>();
        ensure!(lengths(&values) == lengths(like), "the checkpoint is of another network");
        let [features, gram] = <[Vec<f32>; 2]>::try_from(group(GROUPS[3], 2)?).unwrap_or_default();
        let (step, seconds) = (number("step")? as u32, number("seconds")?);
        Ok(Self { step, seconds, values, adam: Adam { exp_avg, exp_avg_sq }, energies: Energies { features, gram } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let path = std::env::temp_dir().join(format!("pastiche-checkpoint-{}.safetensors", std::process::id()));
        let values = vec![vec![1.0f32, -0.1], vec![3.5]];
        let mut adam = Adam::new(&values);
        adam.exp_avg_sq[1][0] = 1e-12;
        let energies = Energies { features: vec![2.0; 7], gram: vec![5.0; 7] };
        Checkpoint { step: 70, seconds: 1.25, values: values.clone(), adam, energies }.write(&path).unwrap();
        let found = Checkpoint::read(&path, &values).unwrap();
        assert_eq!((found.step, found.seconds, &found.values), (70, 1.25, &values));
        assert_eq!((found.adam.exp_avg_sq[1][0], found.energies.gram[6]), (1e-12, 5.0));
        assert!(Checkpoint::read(&path, &[vec![0.0; 3], vec![0.0]]).is_err());
        fs::remove_file(&path).unwrap();
    }
}
