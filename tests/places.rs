//! Tokens in all sorts of files, compared with what a plain search for them finds.

mod support;

use serde::Deserialize;
use support::{Folder, app, broken_pat, pat, sat};

#[derive(Deserialize)]
struct Fixture {
    place: Vec<Place>,
}

#[derive(Deserialize)]
struct Place {
    name: String,
    text: String,
    finds: usize,
    #[serde(default)]
    suspect: usize,
}

fn fixture() -> Vec<Place> {
    let text = include_str!("../fixtures/places.toml");
    toml::from_str::<Fixture>(text).expect("fixtures/places.toml is valid").place
}

/// Line and column of each token, found by splitting the text at its lines.
fn expected(text: &str, tokens: &[String]) -> Vec<String> {
    let mut places = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        for token in tokens {
            for (at, _) in line.match_indices(token.as_str()) {
                places.push(format!("{}:{}", index + 1, line[..at].encode_utf16().count() + 1));
            }
        }
    }
    places.sort();
    places
}

#[test]
fn every_place_is_found_where_it_is() {
    for (seed, place) in fixture().into_iter().enumerate() {
        let seed = seed as u64;
        let tokens = [pat(seed), sat(seed), app(seed), broken_pat(seed)];
        let mut text = place.text.clone();
        for (stand_in, token) in ["@pat@", "@sat@", "@app@", "@bad@"].into_iter().zip(&tokens) {
            text = text.replace(stand_in, token);
        }
        let folder = Folder::new();
        folder.file("f", &text);
        let run = folder.scan(&["f"]).exits(i32::from(place.finds > 0));
        let found = run.places();
        let suspect = found.iter().filter(|place| place.ends_with(" suspect")).count();
        assert_eq!((found.len(), suspect), (place.finds, place.suspect), "{}: {found:?}", place.name);
        if place.finds > 0 {
            let mut found: Vec<_> = found
                .iter()
                .map(|place| place[2..].split(' ').next().unwrap_or_default().to_owned())
                .collect();
            found.sort();
            assert_eq!(found, expected(&text, &tokens), "{}", place.name);
        }
    }
}
