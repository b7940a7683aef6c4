//! What operators see of their node: inputs, attributes, and how they refuse it.

use super::import::Import;
use super::proto::Part;
use super::refusal::{Kind, Outcome, Refused, error};
use super::tensor::narrowed;
use super::value::Value;
use crate::error::{Code, Error, Result};
use std::fmt::Display;

impl<'a> Import<'_, 'a> {
    #[cold]
    #[inline(never)]
    fn refuse(&mut self, kind: Kind, code: Code, why: &dyn Display) {
        self.refusal = Some((kind, error(code, why)));
    }

    /// It uses something that is not supported.
    pub fn unsupported<T>(&mut self, why: &dyn Display) -> Outcome<T> {
        self.refuse(Kind::Unsupported, Code::Unsupported, why);
        Err(Refused)
    }

    /// It mixes the examples of a batch.
    pub fn mixes_batch<T>(&mut self, why: &dyn Display) -> Outcome<T> {
        self.refuse(Kind::Batch, Code::Unsupported, why);
        Err(Refused)
    }

    /// The file contradicts itself.
    pub fn misshapen<T>(&mut self, why: &dyn Display) -> Outcome<T> {
        self.refuse(Kind::Broken, Code::Shape, why);
        Err(Refused)
    }

    /// The result of a function that can fail.
    pub fn checked<T>(&mut self, result: Result<T>) -> Outcome<T> {
        result.map_err(|error| self.broken(error))
    }

    #[cold]
    #[inline(never)]
    fn broken(&mut self, error: Error) -> Refused {
        self.refusal = Some((Kind::Broken, error));
        Refused
    }

    /// Whether an input is there.
    pub fn has(&self, i: usize) -> bool {
        self.inputs.get(i).is_some_and(Option::is_some)
    }

    #[inline(never)]
    pub fn input(&mut self, i: usize) -> Outcome<Value> {
        match self.inputs.get(i) {
            Some(Some(value)) => Ok(*value),
            _ => self.misshapen(&format_args!("input {i} is missing")),
        }
    }

    /// An input that the network computes.
    #[inline(never)]
    pub fn activation(&mut self, i: usize) -> Outcome<Value> {
        let value = self.input(i)?;
        match self.node(value) {
            Some(_) => Ok(value),
            None => self.unsupported(&format_args!("input {i} is a constant")),
        }
    }

    /// An input that is known when the file is read.
    #[inline(never)]
    pub fn known(&mut self, i: usize) -> Outcome<Value> {
        let value = self.input(i)?;
        match self.node(value) {
            None => Ok(value),
            Some(_) => self.unsupported(&format_args!("input {i} is not a constant")),
        }
    }

    /// A constant input as the network takes it; empty if it is left out.
    #[inline(never)]
    pub fn floats(&mut self, i: usize) -> Outcome<Vec<f32>> {
        let value = if self.has(i) { self.known(i)? } else { return Ok(Vec::new()) };
        Ok(narrowed(self.numbers(value)))
    }

    /// The only number of a constant input; `default` if it is left out.
    #[inline(never)]
    pub fn number(&mut self, i: usize, default: f32) -> Outcome<f32> {
        if !self.has(i) {
            return Ok(default);
        }
        let value = self.known(i)?;
        match self.scalar(value) {
            Some(number) => Ok(number as f32),
            None => self.misshapen(&format_args!("input {i} is not one number")),
        }
    }

    /// A list of whole numbers in an attribute or, since some operator set, in an input.
    #[inline(never)]
    pub fn list(&mut self, attribute: &str, input: usize) -> Outcome<Option<Vec<i64>>> {
        if let Some(attribute) = self.attribute(attribute) {
            let ints = attribute.ints(self.budget);
            return self.checked(ints).map(Some);
        }
        if !self.has(input) {
            return Ok(None);
        }
        let value = self.known(input)?;
        if !self.is_whole(value) {
            return self.misshapen(&format_args!("input {input} holds no whole numbers"));
        }
        Ok(Some(self.numbers(value).iter().map(|&n| n as i64).collect()))
    }

    /// Such a list of counts that must be there.
    #[inline(never)]
    pub fn counts(&mut self, attribute: &str, input: usize) -> Outcome<Vec<usize>> {
        match self.list(attribute, input)? {
            Some(list) => self.extents(&list, false),
            None => self.misshapen(&format_args!("{attribute} (input {input}) is missing")),
        }
    }

    #[inline(never)]
    pub fn attribute(&self, name: &str) -> Option<Part<'a>> {
        self.call()?.attributes.iter().find(|attribute| attribute.name == name).copied()
    }

    #[inline(never)]
    pub fn int(&mut self, name: &str, default: i64) -> Outcome<i64> {
        match self.attribute(name) {
            Some(attribute) => self.checked(attribute.int()),
            None => Ok(default),
        }
    }

    /// Whether an attribute that is a number is set.
    #[inline(never)]
    pub fn flag(&mut self, name: &str) -> Outcome<bool> {
        Ok(self.int(name, 0)? != 0)
    }

    #[inline(never)]
    pub fn float(&mut self, name: &str, default: f32) -> Outcome<f32> {
        match self.attribute(name) {
            Some(attribute) => self.checked(attribute.float()),
            None => Ok(default),
        }
    }

    #[inline(never)]
    pub fn text(&mut self, name: &str, default: &'static str) -> Outcome<&'a str> {
        match self.attribute(name) {
            Some(attribute) => self.checked(attribute.text()),
            None => Ok(default),
        }
    }
}
