//! The part of Python's pickle format that a state dict needs (protocols 2 to 5, as `torch.save` writes them). Nothing is imported or
//! called: a class is only a name, and what is not a tensor, a number, a string or a container of these becomes [`Value::Opaque`].

use std::{collections::HashMap, rc::Rc};

/// Containers nested deeper than this are refused; state dicts have three levels.
const DEEPEST: usize = 32;

/// Where a tensor's values are: a storage of `count` elements of the type `kind` under `key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Storage {
    /// `FloatStorage`, `HalfStorage`, `ByteStorage` and so on.
    pub(crate) kind: String,
    pub(crate) key: String,
    pub(crate) count: usize,
}

/// A tensor as the pickle describes it; offset, shape and stride are in elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) storage: Storage,
    pub(crate) offset: usize,
    pub(crate) shape: Vec<usize>,
    pub(crate) stride: Vec<usize>,
}

#[derive(Clone, Debug)]
pub(crate) enum Value {
    Nothing,
    Bool(bool),
    Int(i64),
    Text(Rc<str>),
    /// A class or function by its dotted name.
    Global(Rc<str>),
    Tuple(Rc<Container<Value>>),
    List(Rc<Container<Value>>),
    Dict(Rc<Container<(Value, Value)>>),
    Storage(Rc<Storage>),
    Tensor(Rc<Reference>),
    /// Anything else, which is not interpreted.
    Opaque,
}

/// Items, and how deep they are nested: 1 for a container without containers.
#[derive(Clone, Debug)]
pub(crate) struct Container<T> {
    pub(crate) items: Vec<T>,
    depth: usize,
}

impl<T> Container<T> {
    fn empty() -> Rc<Self> {
        Rc::new(Self { items: Vec::new(), depth: 1 })
    }
}

impl Value {
    fn depth(&self) -> usize {
        match self {
            Self::Tuple(container) | Self::List(container) => container.depth,
            Self::Dict(container) => container.depth,
            _ => 0,
        }
    }

    fn tuple(items: Vec<Self>) -> Result<Self, String> {
        let depth = within(items.iter().map(Self::depth).max().unwrap_or(0) + 1)?;
        Ok(Self::Tuple(Rc::new(Container { items, depth })))
    }

    fn items(&self) -> Option<&[Self]> {
        match self {
            Self::Tuple(container) | Self::List(container) => Some(&container.items),
            _ => None,
        }
    }

    pub(crate) fn index(&self) -> Option<usize> {
        match self {
            Self::Int(number) => usize::try_from(*number).ok(),
            _ => None,
        }
    }

    fn indices(&self) -> Option<Vec<usize>> {
        self.items()?.iter().map(Self::index).collect()
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

fn within(depth: usize) -> Result<usize, String> {
    if depth > DEEPEST { Err("it is nested too deeply".to_owned()) } else { Ok(depth) }
}

/// Reads one pickle from the start of `bytes` -> its value, and how many bytes it takes.
///
/// # Errors
///
/// When it ends early, or holds what no state dict holds; says what, to be put into a sentence.
pub(crate) fn read(bytes: &[u8]) -> Result<(Value, usize), String> {
    let mut machine = Machine { bytes, at: 0, stack: Vec::new(), marks: Vec::new(), memo: HashMap::new() };
    while machine.step()? {}
    let value = machine.pop()?;
    Ok((value, machine.at))
}

struct Machine<'a> {
    bytes: &'a [u8],
    at: usize,
    stack: Vec<Value>,
    /// Heights of the stack.
    marks: Vec<usize>,
    memo: HashMap<u32, Value>,
}

impl<'a> Machine<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let taken = self.at.checked_add(count).and_then(|end| self.bytes.get(self.at..end)).ok_or("it ends too early")?;
        self.at += count;
        Ok(taken)
    }

    fn number<const N: usize>(&mut self) -> Result<[u8; N], String> {
        self.take(N)?.try_into().map_err(|_| "it ends too early".to_owned())
    }

    fn byte(&mut self) -> Result<usize, String> {
        Ok(usize::from(self.number::<1>()?[0]))
    }

    fn length(&mut self) -> Result<usize, String> {
        Ok(u32::from_le_bytes(self.number()?) as usize)
    }

    fn line(&mut self) -> Result<String, String> {
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|byte| *byte == b'\n').ok_or("it ends too early")?;
        self.at += end + 1;
        text(&rest[..end])
    }

    fn pop(&mut self) -> Result<Value, String> {
        self.stack.pop().ok_or_else(|| "it takes more than it has put down".to_owned())
    }

    /// What was put on the stack since the last mark.
    fn marked(&mut self) -> Result<Vec<Value>, String> {
        let height = self.marks.pop().filter(|height| *height <= self.stack.len()).ok_or("a mark is missing")?;
        Ok(self.stack.split_off(height))
    }

    fn put(&mut self, index: u32) -> Result<(), String> {
        // A list or dict may still be added to, and nothing in a state dict refers to one a second time: kept by name only, it cannot
        // contain itself, and the depth of what contains it stays known.
        let value = match self.stack.last().ok_or("it remembers nothing")? {
            Value::List(_) | Value::Dict(_) => Value::Opaque,
            value => value.clone(),
        };
        self.memo.insert(index, value);
        Ok(())
    }

    fn get(&mut self, index: u32) -> Result<(), String> {
        let value = self.memo.get(&index).cloned().ok_or("it refers to an entry that its memo lacks")?;
        self.stack.push(value);
        Ok(())
    }

    fn tuple(&mut self, count: usize) -> Result<(), String> {
        let start = self.stack.len().checked_sub(count).ok_or("it takes more than it has put down")?;
        let items = self.stack.split_off(start);
        self.stack.push(Value::tuple(items)?);
        Ok(())
    }

    /// Adds to the list on top of the stack.
    fn append(&mut self, items: Vec<Value>) -> Result<(), String> {
        match self.stack.last_mut() {
            Some(Value::List(list)) => {
                let deepest = items.iter().map(Value::depth).max().unwrap_or(0) + 1;
                let list = Rc::make_mut(list);
                list.depth = within(list.depth.max(deepest))?;
                list.items.extend(items);
                Ok(())
            }
            Some(Value::Opaque) => Ok(()),
            _ => Err("it adds to what is no list".to_owned()),
        }
    }

    /// Adds keys and values in turn to the dict on top of the stack.
    fn set(&mut self, items: Vec<Value>) -> Result<(), String> {
        match self.stack.last_mut() {
            Some(Value::Dict(dict)) => {
                let deepest = items.iter().map(Value::depth).max().unwrap_or(0) + 1;
                let dict = Rc::make_mut(dict);
                dict.depth = within(dict.depth.max(deepest))?;
                let mut items = items.into_iter();
                while let (Some(key), Some(value)) = (items.next(), items.next()) {
                    dict.items.push((key, value));
                }
                Ok(())
            }
            Some(Value::Opaque) => Ok(()),
            _ => Err("it adds to what is no dict".to_owned()),
        }
    }

    /// One operation -> whether there may be more.
    fn step(&mut self) -> Result<bool, String> {
        match self.number::<1>()?[0] {
            // PROTO, FRAME
            0x80 => drop(self.take(1)?),
            0x95 => drop(self.take(8)?),
            b'.' => return Ok(false),
            b'(' => self.marks.push(self.stack.len()),
            b'0' => drop(self.pop()?),
            b'1' => drop(self.marked()?),
            b'N' => self.stack.push(Value::Nothing),
            0x88 => self.stack.push(Value::Bool(true)),
            0x89 => self.stack.push(Value::Bool(false)),
            // BININT, BININT1, BININT2, LONG1
            b'J' => {
                let number = i32::from_le_bytes(self.number()?);
                self.stack.push(Value::Int(number.into()));
            }
            b'K' => {
                let number = self.byte()? as i64;
                self.stack.push(Value::Int(number));
            }
            b'M' => {
                let number = u16::from_le_bytes(self.number()?);
                self.stack.push(Value::Int(number.into()));
            }
            0x8a => {
                let length = self.byte()?;
                let value = long(self.take(length)?);
                self.stack.push(value);
            }
            // BINFLOAT: no number of a tensor's description is one
            b'G' => {
                self.take(8)?;
                self.stack.push(Value::Opaque);
            }
            // BINUNICODE, SHORT_BINUNICODE, and Python 2's strings
            b'X' | b'T' => {
                let length = self.length()?;
                let value = Value::Text(text(self.take(length)?)?.into());
                self.stack.push(value);
            }
            0x8c | b'U' => {
                let length = self.byte()?;
                let value = Value::Text(text(self.take(length)?)?.into());
                self.stack.push(value);
            }
            // BINBYTES, SHORT_BINBYTES
            b'B' => {
                let length = self.length()?;
                self.take(length)?;
                self.stack.push(Value::Opaque);
            }
            b'C' => {
                let length = self.byte()?;
                self.take(length)?;
                self.stack.push(Value::Opaque);
            }
            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                self.stack.push(Value::Global(format!("{module}.{name}").into()));
            }
            // STACK_GLOBAL
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                let (Some(module), Some(name)) = (module.text(), name.text()) else { return Err("a class has no name".to_owned()) };
                self.stack.push(Value::Global(format!("{module}.{name}").into()));
            }
            b')' => self.stack.push(Value::tuple(Vec::new())?),
            b']' => self.stack.push(Value::List(Container::empty())),
            b'}' => self.stack.push(Value::Dict(Container::empty())),
            0x85 => self.tuple(1)?,
            0x86 => self.tuple(2)?,
            0x87 => self.tuple(3)?,
            b't' => {
                let items = self.marked()?;
                self.stack.push(Value::tuple(items)?);
            }
            b'a' => {
                let item = self.pop()?;
                self.append(vec![item])?;
            }
            b'e' => {
                let items = self.marked()?;
                self.append(items)?;
            }
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.set(vec![key, value])?;
            }
            b'u' => {
                let items = self.marked()?;
                self.set(items)?;
            }
            // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET
            b'q' => {
                let index = self.byte()? as u32;
                self.put(index)?;
            }
            b'r' => {
                let index = u32::from_le_bytes(self.number()?);
                self.put(index)?;
            }
            0x94 => {
                let index = u32::try_from(self.memo.len()).map_err(|_| "it remembers too much")?;
                self.put(index)?;
            }
            b'h' => {
                let index = self.byte()? as u32;
                self.get(index)?;
            }
            b'j' => {
                let index = u32::from_le_bytes(self.number()?);
                self.get(index)?;
            }
            // BINPERSID
            b'Q' => {
                let id = self.pop()?;
                self.stack.push(Value::Storage(Rc::new(storage(&id).ok_or("a storage is not described as torch.save does it")?)));
            }
            // REDUCE, NEWOBJ
            b'R' | 0x81 => {
                let (arguments, function) = (self.pop()?, self.pop()?);
                self.stack.push(call(&function, &arguments)?);
            }
            // BUILD: a state dict's attribute `_metadata`, or a whole model's, which stays opaque
            b'b' => drop(self.pop()?),
            other => return Err(format!("it has an operation (0x{other:02x}) that no state dict needs")),
        }
        Ok(true)
    }
}

fn text(bytes: &[u8]) -> Result<String, String> {
    String::from_utf8(bytes.to_vec()).map_err(|_| "a string is not UTF-8".to_owned())
}

/// A little-endian number in two's complement; one that does not fit 64 bits is opaque.
fn long(bytes: &[u8]) -> Value {
    if bytes.len() > 8 {
        return Value::Opaque;
    }
    let negative = bytes.last().is_some_and(|byte| *byte >= 0x80);
    let mut whole = [if negative { 0xff } else { 0 }; 8];
    whole[..bytes.len()].copy_from_slice(bytes);
    Value::Int(i64::from_le_bytes(whole))
}

/// `("storage", torch.FloatStorage, key, "cpu", count[, None])`
fn storage(id: &Value) -> Option<Storage> {
    let [kind, class, key, _, count, ..] = id.items()? else { return None };
    let Value::Global(class) = class else { return None };
    if kind.text() != Some("storage") {
        return None;
    }
    let kind = class.strip_prefix("torch.")?.to_owned();
    Some(Storage { kind, key: key.text()?.to_owned(), count: count.index()? })
}

/// What calling `function` would give, of the functions that state dicts name.
fn call(function: &Value, arguments: &Value) -> Result<Value, String> {
    let Value::Global(name) = function else { return Ok(Value::Opaque) };
    let arguments = arguments.items().unwrap_or_default();
    match &**name {
        "collections.OrderedDict" => Ok(Value::Dict(Container::empty())),
        "torch._utils._rebuild_tensor" | "torch._utils._rebuild_tensor_v2" => {
            let described = || {
                let [Value::Storage(storage), offset, shape, stride, ..] = arguments else { return None };
                let storage = (**storage).clone();
                Some(Reference { storage, offset: offset.index()?, shape: shape.indices()?, stride: stride.indices()? })
            };
            Ok(Value::Tensor(Rc::new(described().ok_or("a tensor is not described as torch.save does it")?)))
        }
        // The tensor that the parameter wraps.
        "torch._utils._rebuild_parameter" => Ok(arguments.first().cloned().unwrap_or(Value::Opaque)),
        _ => Ok(Value::Opaque),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_strings_and_containers() {
        // {"a": (1, -2), "b": [3, True, None]}, protocol 2.
        let bytes = b"\x80\x02}q\x00(X\x01\x00\x00\x00aq\x01K\x01J\xfe\xff\xff\xff\x86q\x02X\x01\x00\x00\x00bq\x03]q\x04(K\x03\x88Neu.rest";
        let (value, length) = read(bytes).unwrap();
        assert_eq!(length, bytes.len() - 4);
        let Value::Dict(dict) = value else { panic!("{value:?}") };
        assert_eq!((dict.items[0].0.text(), dict.items[1].0.text()), (Some("a"), Some("b")));
        assert!(matches!(dict.items[0].1.items(), Some([Value::Int(1), Value::Int(-2)])));
        assert!(matches!(dict.items[1].1.items(), Some([Value::Int(3), Value::Bool(true), Value::Nothing])));
    }

    /// Every prefix of a pickle, pickles that would take the machine's memory or stack, and what no state dict needs.
    #[test]
    fn what_is_no_state_dict_is_refused() {
        let whole = b"\x80\x02}q\x00(X\x01\x00\x00\x00aK\x01u.";
        for end in 0..whole.len() {
            assert!(read(&whole[..end]).is_err(), "{end}");
        }
        for (bytes, part) in [
            ([b"N".as_slice(), &[0x85; 100], b"."].concat(), "deeply"),
            (b"cos\nsystem\n(U\x02lsoR.".to_vec(), "operation"),
            (b"X\xff\xff\xff\xff".to_vec(), "early"),
            (b"h\x07.".to_vec(), "memo lacks"),
            (b"u.".to_vec(), "mark"),
            (b"N\x88Q.".to_vec(), "storage"),
            (b"K\x01K\x02a.".to_vec(), "no list"),
        ] {
            let error = read(&bytes).map(|_| ()).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
        // A tuple of twice the one before, forty times, is forty tuples and not 2^40.
        let doubled = [b")q\x00".as_slice(), &b"h\x00h\x00\x86q\x00".repeat(DEEPEST - 1), b"."].concat();
        assert!(read(&doubled).is_ok());
    }
}
