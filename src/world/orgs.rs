//! The orgs of a server by number, name and token.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Org;

/// Whose a token, code or client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// An org's.
    Org(u32),
    /// That of an org that is gone: its clients never get at another org's data.
    Gone,
}

/// The orgs that there are, and whose tokens are whose.
#[derive(Debug, Default)]
pub(super) struct Orgs {
    members: BTreeMap<u32, Member>,
    /// Numbers by id and by name.
    names: FxHashMap<String, u32>,
    /// Numbers by the fingerprints of tokens, codes and clients.
    owners: FxHashMap<u64, u32>,
    /// The fingerprints of those whose orgs are gone.
    gone: FxHashSet<u64>,
    /// Makes fingerprints: 64 bits under keys that no client knows.
    hasher: RandomState,
    /// The greatest number that an org has had.
    last: u32,
}

#[derive(Debug)]
struct Member {
    org: Arc<Org>,
    /// The fingerprints that are its own.
    tokens: Vec<u64>,
}

impl Orgs {
    /// The org with an id or name, whether or not its time is over.
    pub(super) fn named(&self, name: &str) -> Option<&Arc<Org>> {
        self.numbered(*self.names.get(name)?)
    }

    /// The org with a number, whether or not its time is over.
    pub(super) fn numbered(&self, number: u32) -> Option<&Arc<Org>> {
        self.members.get(&number).map(|member| &member.org)
    }

    /// All orgs, in the order of their making.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Org>> {
        self.members.values().map(|member| &member.org)
    }

    /// Whether an org has an id or name.
    pub(super) fn is_taken(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// A number for an org that is made next. Its id, `org` and the number, is free.
    pub(super) fn next_number(&self) -> u32 {
        let mut number = self.last + 1;
        // somebody may have given an org the name
        while self.is_taken(&format!("org{number}")) {
            number += 1;
        }
        number
    }

    /// Adds an org.
    pub(super) fn insert(&mut self, org: Arc<Org>) {
        self.last = self.last.max(org.number);
        self.names.insert(org.id.to_string(), org.number);
        self.names.insert(org.name.clone(), org.number);
        let tokens = Vec::new();
        self.members.insert(org.number, Member { org, tokens });
    }

    /// Takes an org away. Its tokens are remembered as those of nobody.
    pub(super) fn remove(&mut self, number: u32) {
        let Some(Member { org, tokens }) = self.members.remove(&number) else {
            return;
        };
        for name in [&*org.id, org.name.as_str()] {
            self.names.remove(name);
        }
        for token in tokens {
            if self.owners.get(&token) == Some(&number) {
                self.owners.remove(&token);
                self.gone.insert(token);
            }
        }
    }

    /// Notes that a token, code or client belongs to an org.
    pub(super) fn adopt(&mut self, number: u32, token: &str) {
        let token = self.hasher.hash_one(token);
        let Some(member) = self.members.get_mut(&number) else {
            // it went while it issued the token
            self.gone.insert(token);
            return;
        };
        if self.owners.insert(token, number) != Some(number) {
            member.tokens.push(token);
        }
        self.gone.remove(&token);
    }

    /// Whose a token, code or client is, if it is known.
    pub(super) fn owner(&self, token: &str) -> Option<Owner> {
        let token = self.hasher.hash_one(token);
        match self.owners.get(&token) {
            Some(number) => Some(Owner::Org(*number)),
            None if self.gone.contains(&token) => Some(Owner::Gone),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Builder;
    use crate::request::Request;
    use crate::world::World;

    fn status(world: &World, token: &str) -> u16 {
        let headers = vec![("authorization".to_owned(), format!("Bearer {token}"))];
        let request = Request::new("GET", "/crm/v8/users", "", &headers, Some(b""));
        crate::dispatch::dispatch(world, &request).status
    }

    #[test]
    fn an_org_that_goes_leaves_nothing_but_fingerprints() {
        let world = Builder::default().empty().build_world().expect("a world");
        let mut tokens = Vec::new();
        for n in 0..50 {
            let name = format!("test {n}");
            let fork = world.fork("seed", world.default_org(), Some(&name), None);
            let (org, credentials) = fork.expect("a fork");
            world.adopt(&org, "one token of all of them");
            assert_eq!(status(&world, &credentials.access_token), 200);
            world.delete(&name).expect("deleted");
            tokens.push(credentials.access_token);
        }
        {
            let orgs = world.orgs.read();
            assert_eq!((orgs.members.len(), orgs.names.len()), (1, 1));
            assert_eq!((orgs.owners.len(), orgs.gone.len()), (0, 50 * 3 + 1));
        }
        // none of their clients ever gets at another org
        tokens.push("one token of all of them".to_owned());
        for token in &tokens {
            assert_eq!(status(&world, token), 401, "{token}");
        }
        assert_eq!(status(&world, "unknown"), 200);
    }

    #[test]
    fn a_token_that_another_org_takes_over_is_that_orgs() {
        let world = Builder::default().empty().build_world().expect("a world");
        let fork = |name| {
            let fork = world.fork("seed", world.default_org(), Some(name), None);
            fork.expect("a fork").0
        };
        let (a, b) = (fork("a"), fork("b"));
        world.adopt(&a, "t");
        world.adopt(&b, "t");
        world.delete("a").expect("deleted");
        assert_eq!(status(&world, "t"), 200);
        world.delete("b").expect("deleted");
        assert_eq!(status(&world, "t"), 401);
    }
}
