//! What a record is about: whom it belongs to, since when, and what it is called.
//!
//! Nothing is remembered. A record's facts follow from its number, and where it belongs to another
//! record, from that one's number.

use std::borrow::Cow;

use super::Generator;
use super::chance::Chance;
use super::home::Home;
use super::locale::ascii;
use super::plan::Plan;
use super::target::{At, Target};
use crate::ids::Id;
use crate::schema::ModuleNo;
use crate::store::Record;
use crate::value::{Value, time};

/// Where a lookup of a record leads.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Link {
    pub(super) target: Option<Target>,
    /// It follows from another lookup of the record.
    derived: bool,
}

/// First and last name, as shown and as in addresses.
#[derive(Clone, Debug)]
pub(super) struct Person<'a> {
    pub(super) first: Cow<'a, str>,
    pub(super) last: Cow<'a, str>,
    pub(super) first_ascii: Cow<'a, str>,
    pub(super) last_ascii: Cow<'a, str>,
}

/// The facts of one record.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    pub(super) at: At,
    pub(super) links: Vec<Link>,
    /// Seconds since 1970.
    pub(super) created: i64,
    /// Days since 1970.
    pub(super) due: i32,
    /// A time on that day, in seconds since 1970.
    pub(super) start: i64,
    /// Whether that time has passed.
    pub(super) past: bool,
    pub(super) person: Person<'a>,
    pub(super) company: String,
    pub(super) home: Home<'a>,
}

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// Records are at most this old.
const OLDEST: i64 = 730 * DAY;

impl Generator {
    /// All facts of a record.
    pub(super) fn facts(&self, at: At) -> Option<Facts<'_>> {
        let plan = self.plan(at.module)?;
        let links = self.links(at);
        let created = self.created(plan, at, &links);
        let (due, start) = if plan.needs_due {
            self.due(plan, at, created)
        } else {
            (0, created)
        };
        let root = self.root(plan, at, &links);
        let company = self.company(root);
        Some(Facts {
            person: self.person(plan, at, &links),
            at,
            links,
            created,
            due,
            start,
            past: start < self.now,
            home: self.home(root, &company)?,
            company,
        })
    }

    /// A record of the seed.
    pub(super) fn record(&self, module: ModuleNo, id: Id) -> Option<&Record> {
        self.state
            .tables
            .get(module)
            .get(id)
            .map(|record| &**record)
    }

    /// Whether records of a module name those that they belong to of another.
    fn leads_to(&self, from: &Plan, to: ModuleNo) -> Option<usize> {
        let above = self.plan(to).is_some_and(|to| to.rank < from.rank);
        let link = from.links.iter().position(|l| !l.open && l.targets == [to]);
        link.filter(|_| above)
    }

    /// Where the lookups of a record lead. The modules of the highest rank are chosen first; the
    /// records chosen say what the others are: a deal's contact is one of the deal's account.
    pub(super) fn links(&self, at: At) -> Vec<Link> {
        let Some(plan) = self.plan(at.module).filter(|plan| !plan.links.is_empty()) else {
            return Vec::new();
        };
        let mut links = vec![Link::default(); plan.links.len()];
        if let Some(pairs) = &plan.pairs {
            for (slot, number) in pairs.at(at.index) {
                let module = plan.links[slot].targets.first();
                links[slot].target = module.and_then(|module| self.numbered(*module, number));
            }
            return links;
        }
        let mut order: Vec<(u32, usize, ModuleNo, Chance)> = Vec::with_capacity(links.len());
        for (slot, link) in plan.links.iter().enumerate() {
            let mut chance = link.stream.at(at.index);
            if chance.millionths(link.share)
                && let Some(&target) = chance.pick(&link.targets)
            {
                let rank = self.plan(target).map_or(0, |plan| plan.rank);
                // its own module comes last
                let rank = if target == at.module { 0 } else { rank + 1 };
                order.push((rank, slot, target, chance));
            }
        }
        let open = order.iter().find(|(_, slot, ..)| plan.links[*slot].open);
        if let Some((_, own, named, _)) = open.cloned() {
            // what is about a lead is not about a contact, too
            let related = |other: ModuleNo| {
                let leads = |from, to| {
                    let from = self.plan(from);
                    from.is_some_and(|from| self.leads_to(from, to).is_some())
                };
                leads(named, other) || leads(other, named)
            };
            order.retain(|(_, slot, target, _)| {
                *slot == own || plan.links[*slot].mandatory || related(*target)
            });
        }
        order.sort_by_key(|(rank, slot, ..)| (std::cmp::Reverse(*rank), *slot));
        let mut chosen: Vec<(Target, Option<Vec<Link>>)> = Vec::with_capacity(order.len());
        for (_, slot, module, mut chance) in order {
            let link = &plan.links[slot];
            let known = chosen.iter_mut().find_map(|(target, theirs)| {
                let from = self.plan(target.module())?;
                let slot = self.leads_to(from, module)?;
                Some(match *target {
                    Target::Made(at) => theirs.get_or_insert_with(|| self.links(at))[slot].target,
                    Target::Held(own, id) => {
                        match self
                            .record(own, id)
                            .and_then(|r| r.stored(from.links[slot].field))
                        {
                            Some(Value::Lookup(module, id)) => Some(Target::Held(*module, *id)),
                            _ => None,
                        }
                    }
                })
            });
            let derived = known.is_some();
            let target = match known {
                Some(Some(target)) if !link.unique => Some(target),
                Some(None) if !link.mandatory => None,
                _ => self.any(at, plan, slot, module, &mut chance),
            };
            links[slot] = Link { target, derived };
            chosen.extend(target.map(|target| (target, None)));
        }
        links
    }

    /// The record that a lookup leads to where no other lookup of the record decides it.
    fn any(
        &self,
        at: At,
        own: &Plan,
        slot: usize,
        module: ModuleNo,
        chance: &mut Chance,
    ) -> Option<Target> {
        let plan = self.plan(module)?;
        let link = &own.links[slot];
        let number = if link.unique {
            let taken = own
                .column(&link.name)
                .and_then(|column| column.unique.as_ref());
            // records of the seed that others of the seed point to are passed over
            let free =
                (at.index..plan.pool()).step_by(usize::try_from(own.count).unwrap_or(1).max(1));
            free.into_iter().find(|number| {
                let id = plan
                    .held
                    .get(usize::try_from(*number).unwrap_or(usize::MAX));
                let id = id.filter(|_| plan.count == 0);
                id.is_none_or(|id| taken.is_none_or(|taken| !taken.contains(&id.to_string())))
            })?
        } else if module == at.module && !link.mandatory {
            // nothing is above itself
            if at.index == 0 {
                return None;
            }
            chance.below(at.index)
        } else {
            chance.below(plan.pool())
        };
        self.numbered(module, number)
    }

    /// A record of those that others may point to, by its place among them.
    fn numbered(&self, module: ModuleNo, number: u64) -> Option<Target> {
        let plan = self.plan(module)?;
        if plan.count > 0 {
            let index = number;
            return Some(Target::Made(At { module, index }));
        }
        let id = plan.held.get(usize::try_from(number).ok()?)?;
        Some(Target::Held(module, *id))
    }

    /// A record is created at a working hour, after those that it belongs to.
    fn created(&self, plan: &Plan, at: At, links: &[Link]) -> i64 {
        let parents = links.iter().filter(|link| !link.derived);
        let parents = parents.filter_map(|link| link.target);
        let above = |target: &Target| {
            let theirs = self.plan(target.module());
            theirs.is_some_and(|theirs| theirs.rank < plan.rank)
        };
        let latest = parents.filter(above).map(|target| match target {
            Target::Made(at) => match self.plan(at.module) {
                Some(plan) => self.created(plan, at, &self.links(at)),
                None => 0,
            },
            Target::Held(module, id) => self.record(module, id).map_or(0, |r| r.created_time),
        });
        let from = latest
            .max()
            .unwrap_or(0)
            .max(self.now - OLDEST)
            .min(self.now);
        let mut chance = plan.streams.created.at(at.index);
        let exact = chance.between(from, self.now);
        let zone = &self.state.time_zone;
        let day = working_day(i64::from(time::day_of(exact, zone)), -1);
        let at_work = time::start_of_day(day, zone) + chance.between(8 * HOUR, 18 * HOUR);
        if (from..=self.now).contains(&at_work) {
            at_work
        } else {
            exact
        }
    }

    /// The day by which something is to be done, and a time on that day.
    fn due(&self, plan: &Plan, at: At, created: i64) -> (i32, i64) {
        let zone = &self.state.time_zone;
        let mut chance = plan.streams.due.at(at.index);
        let later = chance.between(plan.due.0, plan.due.1);
        let day = working_day(i64::from(time::day_of(created, zone)) + later, 1);
        let half_hours = chance.between(16, 35);
        (day, time::start_of_day(day, zone) + half_hours * HOUR / 2)
    }

    /// The links in the order in which they say what a record is about.
    fn telling<'a>(
        &'a self,
        plan: &'a Plan,
        links: &'a [Link],
        last: fn(&Plan) -> bool,
    ) -> impl Iterator<Item = (&'a Plan, Target)> {
        let above = links.iter().filter_map(|link| {
            let target = link.target?;
            let theirs = self.plan(target.module())?;
            (theirs.rank < plan.rank).then_some((theirs, target))
        });
        let passes: [fn(&Plan) -> bool; 3] = [last, |p| p.has_person, |p| p.rank > 0];
        passes.into_iter().flat_map(move |pass| {
            let above = above.clone();
            above.filter(move |(theirs, _)| pass(theirs))
        })
    }

    /// The record whose company and address those of a record are.
    fn root(&self, plan: &Plan, at: At, links: &[Link]) -> Target {
        if plan.has_company {
            return Target::Made(at);
        }
        let next = self.telling(plan, links, |plan| plan.has_company).next();
        match next {
            None => Target::Made(at),
            Some((plan, Target::Made(at))) => self.root(plan, at, &self.links(at)),
            Some((plan, Target::Held(module, id))) if !plan.has_company => {
                let record = self.record(module, id);
                let company = plan.links.iter().find_map(|link| {
                    match record.and_then(|record| record.stored(link.field)) {
                        Some(Value::Lookup(module, id)) => self
                            .plan(*module)
                            .filter(|plan| plan.has_company)
                            .map(|_| Target::Held(*module, *id)),
                        _ => None,
                    }
                });
                company.unwrap_or(Target::Held(module, id))
            }
            Some((_, held)) => held,
        }
    }

    fn company(&self, root: Target) -> String {
        let mut company = String::new();
        let Some(plan) = self.plan(root.module()) else {
            return company;
        };
        let index = match root {
            Target::Made(at) => at.index,
            Target::Held(module, id) => {
                let record = self.record(module, id).filter(|_| plan.has_company);
                if let Some(name) = record.and_then(|record| record.display_name(&plan.module)) {
                    return name.into();
                }
                id.0
            }
        };
        self.words
            .company(&mut plan.streams.company.at(index), &mut company);
        company
    }

    fn person(&self, plan: &Plan, at: At, links: &[Link]) -> Person<'_> {
        if !plan.has_person
            && let Some((plan, target)) = self.telling(plan, links, |plan| plan.has_person).next()
        {
            match target {
                Target::Made(at) => return self.person(plan, at, &self.links(at)),
                Target::Held(module, id) if plan.has_person => {
                    let record = self.record(module, id);
                    if let Some(name) = record.and_then(|record| record.display_name(&plan.module))
                    {
                        return Person::called(&name);
                    }
                }
                Target::Held(..) => {}
            }
        }
        self.anyone(&mut plan.streams.person.at(at.index))
    }

    /// A person.
    pub(super) fn anyone(&self, chance: &mut Chance) -> Person<'_> {
        let mut name = |list| match chance.pick(list) {
            Some(super::locale::Name { text, ascii }) => {
                (Cow::Borrowed(*text), Cow::Borrowed(ascii.as_str()))
            }
            None => (Cow::Borrowed(""), Cow::Borrowed("")),
        };
        let (first, first_ascii) = name(&self.words.first_names);
        let (last, last_ascii) = name(&self.words.last_names);
        Person {
            first,
            last,
            first_ascii,
            last_ascii,
        }
    }
}

impl Person<'_> {
    /// The person with a full name.
    fn called(name: &str) -> Person<'static> {
        let (first, last) = name.split_once(' ').unwrap_or(("", name));
        Person {
            first_ascii: Cow::Owned(ascii(first)),
            last_ascii: Cow::Owned(ascii(last)),
            first: Cow::Owned(first.to_owned()),
            last: Cow::Owned(last.to_owned()),
        }
    }
}

/// The day itself, or the nearest working day before or after it.
fn working_day(day: i64, step: i64) -> i32 {
    // 1970-01-01 was a Thursday
    let day = match (day.rem_euclid(7), step > 0) {
        (2, true) => day + 2,
        (3, true) => day + 1,
        (2, false) => day - 1,
        (3, false) => day - 2,
        _ => day,
    };
    i32::try_from(day).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekends() {
        let day = |text: &str| i64::from(time::parse_date(text).expect("a date"));
        for (given, after, before) in [
            ("2026-11-20", "2026-11-20", "2026-11-20"),
            ("2026-11-21", "2026-11-23", "2026-11-20"),
            ("2026-11-22", "2026-11-23", "2026-11-20"),
            ("2026-11-23", "2026-11-23", "2026-11-23"),
        ] {
            assert_eq!(time::format_date(working_day(day(given), 1)), after);
            assert_eq!(time::format_date(working_day(day(given), -1)), before);
        }
    }
}
