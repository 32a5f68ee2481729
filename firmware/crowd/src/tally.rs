//! The books: what was said and heard on each topic, whether anything is lost, and how long it took.

use crate::body::News;
use fleetwright_node::{Program, Qos};
use hdrhistogram::Histogram;
use std::collections::HashMap;

/// The longest time that is told apart from longer ones, in microseconds.
const LONGEST: u64 = 300_000_000;

pub(crate) struct Tally {
    topics: Vec<Topic>,
    places: HashMap<&'static str, usize>,
    pub(crate) latency: Histogram<u32>,
    pub(crate) said: u64,
    pub(crate) heard: u64,
    counts: bool,
}

struct Topic {
    path: &'static str,
    retain: bool,
    /// An event of QoS 1: each one must arrive, in order.
    each: bool,
    writers: usize,
    /// Events since the count began.
    said: Vec<Box<[u8]>>,
    /// The last word, when it was said in microseconds, and its number.
    last: Option<(Box<[u8]>, u64, u64)>,
    hearers: Vec<Hearer>,
}

struct Hearer {
    member: usize,
    /// How many of the events came, in order.
    came: usize,
    last: Option<Box<[u8]>>,
    /// The number of the last word that was timed.
    timed: u64,
}

impl Tally {
    pub(crate) fn new<'p>(programs: impl Iterator<Item = &'p &'static Program>) -> Result<Self, String> {
        let latency = Histogram::new_with_bounds(1, LONGEST, 3).map_err(|error| error.to_string())?;
        let (mut topics, mut places): (Vec<Topic>, HashMap<&'static str, usize>) = (Vec::new(), HashMap::new());
        for (member, program) in programs.enumerate() {
            for topic in program.topics.iter().filter(|topic| topic.route.speaks() || topic.route.hears()) {
                let place = *places.entry(topic.path).or_insert_with(|| {
                    let each = topic.qos == Qos::AtLeastOnce && !topic.retain;
                    let (said, hearers) = (Vec::new(), Vec::new());
                    let (path, retain) = (topic.path, topic.retain);
                    topics.push(Topic { path, retain, each, writers: 0, said, last: None, hearers });
                    topics.len() - 1
                });
                topics[place].writers += usize::from(topic.route.speaks());
                if topic.route.hears() {
                    topics[place].hearers.push(Hearer { member, came: 0, last: None, timed: 0 });
                }
            }
        }
        Ok(Self { topics, places, latency, said: 0, heard: 0, counts: false })
    }

    /// From now on everything counts; until now not everybody was there.
    pub(crate) fn begin(&mut self) {
        self.counts = true;
    }

    pub(crate) fn note(&mut self, member: usize, news: News, micros: u64) {
        let Some(topic) = self.places.get(news.path).and_then(|place| self.topics.get_mut(*place)) else { return };
        if news.said {
            self.said += u64::from(self.counts);
            if topic.each && self.counts {
                topic.said.push(news.payload.clone());
            }
            let number = topic.last.as_ref().map_or(1, |(_, _, number)| number + 1);
            topic.last = Some((news.payload, micros, number));
            return;
        }
        self.heard += u64::from(self.counts);
        let Some(hearer) = topic.hearers.iter_mut().find(|hearer| hearer.member == member) else { return };
        if topic.said.get(hearer.came) == Some(&news.payload) {
            hearer.came += 1;
        }
        if let Some((payload, since, number)) = &topic.last
            && *payload == news.payload
            && hearer.timed < *number
        {
            hearer.timed = *number;
            if self.counts {
                self.latency.saturating_record(micros.saturating_sub(*since).max(1));
            }
        }
        hearer.last = Some(news.payload);
    }

    /// Events of QoS 1 that were to arrive, by hearer.
    pub(crate) fn events(&self) -> usize {
        self.topics.iter().map(|topic| topic.said.len() * topic.hearers.len()).sum()
    }

    /// States that somebody hears.
    pub(crate) fn states(&self) -> usize {
        self.topics.iter().filter(|topic| topic.retain).map(|topic| topic.hearers.len()).sum()
    }

    /// Everything that is not as it should be when all is quiet.
    pub(crate) fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        for topic in &self.topics {
            for hearer in &topic.hearers {
                let missing = topic.said.len() - hearer.came;
                // Where several speak nobody knows whose word came first.
                if topic.writers == 1 && missing > 0 {
                    let first = text(&topic.said[hearer.came]);
                    wrong.push(format!(
                        "{}: of {} messages {missing} did not come, the first is `{first}`",
                        topic.path,
                        topic.said.len()
                    ));
                }
                if let (true, 1, Some((said, ..))) = (topic.retain, topic.writers, &topic.last)
                    && hearer.last.as_ref() != Some(said)
                {
                    let heard = hearer.last.as_ref().map_or("nothing".to_owned(), |heard| text(heard));
                    wrong.push(format!("{}: says `{}`, but {heard} was heard", topic.path, text(said)));
                }
            }
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fleetwright_node::{Payload, Route, Topic as Spoken};

    fn program(route: Route) -> &'static Program {
        let topic = |path, retain| Spoken { path, payload: Payload::PERCENT, qos: Qos::AtLeastOnce, retain, route };
        let topics: &'static [Spoken] = Box::leak(Box::new([topic("count", false), topic("level", true)]));
        Box::leak(Box::new(Program { fleet: "", node: "", network: None, topics, roles: &[] }))
    }

    fn tally() -> Tally {
        let programs = [program(Route::Publish), program(Route::Subscribe)];
        let mut tally = Tally::new(programs.iter()).expect("a histogram");
        tally.begin();
        tally
    }

    fn say(tally: &mut Tally, path: &'static str, words: &[&str]) {
        for word in words {
            tally.note(0, News { said: true, path, payload: word.as_bytes().into() }, 0);
        }
    }

    fn hear(tally: &mut Tally, path: &'static str, words: &[&str]) {
        for word in words {
            tally.note(1, News { said: false, path, payload: word.as_bytes().into() }, 5);
        }
    }

    #[test]
    fn events_may_come_twice_but_each_must_come() {
        let mut tally = tally();
        say(&mut tally, "count", &["1", "2", "3"]);
        hear(&mut tally, "count", &["1", "2", "1", "2", "3"]);
        assert_eq!(tally.wrong(), [""; 0]);
        assert_eq!((tally.events(), tally.said, tally.heard, tally.latency.len()), (3, 3, 5, 1));
        say(&mut tally, "count", &["4", "5"]);
        hear(&mut tally, "count", &["5"]);
        assert_eq!(tally.wrong(), ["count: of 5 messages 2 did not come, the first is `4`"]);
    }

    #[test]
    fn of_states_the_last_word_counts() {
        let mut tally = tally();
        say(&mut tally, "level", &["1", "2"]);
        hear(&mut tally, "level", &["2"]);
        assert_eq!(tally.wrong(), [""; 0]);
        say(&mut tally, "level", &["3"]);
        assert_eq!(tally.wrong(), ["level: says `3`, but 2 was heard"]);
        assert_eq!((tally.events(), tally.states()), (0, 1));
    }
}
