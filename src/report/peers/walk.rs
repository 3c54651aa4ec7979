//! The walk over the JSON of a report whose scanner is not known yet.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::record::{Shape, claims_of, shape_of};
use crate::report::claim::Claim;

/// The most records of no known shape that are named.
const MAX_NAMED: usize = 20;

/// The most keys that an error names.
const MAX_KEYS: usize = 8;

/// A report of another scanner, when its claims were handed over.
#[derive(Debug)]
pub(in crate::report) struct PeerReport {
    /// The name of the scanner.
    pub(in crate::report) scanner: String,
    /// The numbers of records that have no shape that is known, from 1.
    pub(in crate::report) unknown: Vec<u64>,
}

/// A reader of one report.
pub(super) struct Walk<'c> {
    on: &'c mut dyn FnMut(Claim),
    /// The name of the scanner: by the shape of a record, or as SARIF says it.
    scanner: Option<String>,
    records: u64,
    unknown: Vec<u64>,
    /// The keys of the outermost objects, for an error.
    keys: Vec<String>,
}

impl<'c> Walk<'c> {
    pub(super) fn new(on: &'c mut dyn FnMut(Claim)) -> Self {
        Self { on, scanner: None, records: 0, unknown: Vec::new(), keys: Vec::new() }
    }

    /// Number of records that were read.
    pub(super) fn records(&self) -> u64 {
        self.records
    }

    /// Reads one value: a whole report, or a line of one.
    pub(super) fn read_value<'d, D: Deserializer<'d>>(&mut self, json: D) -> Result<(), D::Error> {
        Part { walk: self, level: Level::Top }.deserialize(json)
    }

    /// Returns what was read.
    ///
    /// # Errors
    ///
    /// Nothing of it has a shape that is known, or it is a report of this
    /// program.
    pub(super) fn finish(self) -> Result<PeerReport, String> {
        let is_own = self.scanner.as_deref() == Some(env!("CARGO_PKG_NAME"));
        if is_own || ["schema_version", "summary", "findings"].iter().all(|key| self.has_key(key)) {
            return Err(
                "it is a report of dogcatcher itself, which `dogcatcher report show` reads".to_owned()
            );
        }
        match self.scanner {
            Some(scanner) => Ok(PeerReport { scanner, unknown: self.unknown }),
            None if self.keys.is_empty() && self.records == 0 => {
                Ok(PeerReport { scanner: "a scanner that found nothing".to_owned(), unknown: Vec::new() })
            }
            None => Err(format!(
                "its shape is that of no scanner that is known; it has the keys {}",
                self.keys.join(", ")
            )),
        }
    }

    fn has_key(&self, key: &str) -> bool {
        self.keys.iter().any(|known| known == key)
    }

    fn note_key(&mut self, key: &str) {
        if self.keys.len() < MAX_KEYS && !self.has_key(key) {
            self.keys.push(key.to_owned());
        }
    }

    /// Takes an object that may be a record.
    fn take(&mut self, file: Option<&str>, value: &Value) {
        match shape_of(value, file.is_some()) {
            Some(Shape::Note) => {}
            Some(shape) => {
                self.records += 1;
                if shape != Shape::Sarif {
                    self.scanner.get_or_insert_with(|| shape.scanner().to_owned());
                }
                claims_of(shape, file, value).into_iter().for_each(&mut self.on);
            }
            None => {
                self.records += 1;
                value.as_object().into_iter().flat_map(Map::keys).for_each(|key| self.note_key(key));
                if self.unknown.len() < MAX_NAMED {
                    self.unknown.push(self.records);
                }
            }
        }
    }

    /// Notes that a report has the outline of a scanner's, though it may have
    /// no record.
    fn recognise(&mut self, scanner: &str) {
        self.scanner.get_or_insert_with(|| scanner.to_owned());
    }
}

/// Place of a value in a report.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    /// The whole, or a scan in a scan.
    Top,
    /// A list of records.
    Records,
    /// The list of runs of SARIF.
    Runs,
    /// A run of SARIF.
    Run,
    /// The tool of a run.
    Tool,
    /// Records by the names of files.
    Files,
}

/// A value that is read for the sake of the records in it.
struct Part<'w, 'c> {
    walk: &'w mut Walk<'c>,
    level: Level,
}

impl<'d> DeserializeSeed<'d> for Part<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'d>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'d> Visitor<'d> for Part<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a report of a scanner")
    }

    fn visit_seq<A: SeqAccess<'d>>(self, mut list: A) -> Result<(), A::Error> {
        if self.level == Level::Runs {
            while list.next_element_seed(Part { walk: &mut *self.walk, level: Level::Run })?.is_some() {}
            return Ok(());
        }
        while let Some(value) = list.next_element::<Value>()? {
            self.walk.take(None, &value);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'d>>(self, map: A) -> Result<(), A::Error> {
        match self.level {
            Level::Top | Level::Records => self.walk.read_top(map),
            Level::Run | Level::Runs => self.walk.read_run(map),
            Level::Tool => self.walk.read_tool(map),
            Level::Files => self.walk.read_files(map),
        }
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

impl Walk<'_> {
    fn read_top<'d, A: MapAccess<'d>>(&mut self, mut map: A) -> Result<(), A::Error> {
        let mut rest = Map::new();
        let mut is_outline = false;
        while let Some(key) = map.next_key::<String>()? {
            self.note_key(&key);
            let level = match key.as_str() {
                "findings" | "entities_with_incidents" | "scans" => Level::Records,
                "runs" => Level::Runs,
                "results" => Level::Files,
                _ => {
                    rest.insert(key, map.next_value()?);
                    continue;
                }
            };
            is_outline = true;
            if matches!(key.as_str(), "entities_with_incidents" | "scans") {
                self.recognise("ggshield");
            }
            map.next_value_seed(Part { walk: &mut *self, level })?;
        }
        self.recognise_outline(&rest);
        if !is_outline && !rest.is_empty() {
            self.take(None, &Value::Object(rest));
        }
        Ok(())
    }

    /// Recognises a report that may hold no record by what stands around its
    /// records.
    fn recognise_outline(&mut self, rest: &Map<String, Value>) {
        if rest.contains_key("plugins_used") {
            self.recognise("detect-secrets");
        }
        if rest.contains_key("secrets_engine_version") || rest.contains_key("total_incidents") {
            self.recognise("ggshield");
        }
        if rest.get("audit").is_some_and(Value::is_object) {
            self.recognise("kingfisher");
        }
        if rest.get("schema_version").is_some_and(Value::is_string) {
            self.recognise("betterleaks");
        }
    }

    fn read_run<'d, A: MapAccess<'d>>(&mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let level = match key.as_str() {
                "results" => Level::Records,
                "tool" => Level::Tool,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            map.next_value_seed(Part { walk: &mut *self, level })?;
        }
        Ok(())
    }

    fn read_tool<'d, A: MapAccess<'d>>(&mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key != "driver" {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let driver: Value = map.next_value()?;
            if let Some(name) = driver["name"].as_str() {
                self.recognise(name);
            }
        }
        Ok(())
    }

    fn read_files<'d, A: MapAccess<'d>>(&mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(file) = map.next_key::<String>()? {
            let values: Value = map.next_value()?;
            for value in values.as_array().into_iter().flatten() {
                self.take(Some(&file), value);
            }
        }
        Ok(())
    }
}
