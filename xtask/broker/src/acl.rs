//! Mosquitto's access rules as a file: which line is odd, and which one is to blame for a right. Knows nothing of a
//! running broker.

use fleetwright_generator::plan::UserPlan;

/// A rule and where it stands.
#[derive(Debug)]
struct AclRule {
    number: usize,
    /// `None`: before the first user; for patterns it means nothing.
    user: Option<String>,
    pattern: bool,
    access: String,
    topic: String,
    text: String,
}

/// The rules of one file.
#[derive(Debug)]
pub struct Acl {
    path: String,
    lines: Vec<AclRule>,
    users: Vec<(usize, String)>,
    /// Lines that should not look as they do, each with its place.
    pub odd: Vec<String>,
}

impl Acl {
    /// Reads the file.
    pub fn read(path: &str, text: &str) -> Self {
        let mut acl = Self { path: path.to_owned(), lines: Vec::new(), users: Vec::new(), odd: Vec::new() };
        for (number, line) in text.lines().enumerate().map(|(number, line)| (number + 1, line)) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut complain = |what: &str| acl.odd.push(format!("{path}:{number}: `{line}`: {what}"));
            if line.trim() != line {
                complain("a blank at an end of the line");
            }
            match line.trim().splitn(3, ' ').collect::<Vec<_>>()[..] {
                ["user", ..] => {
                    let name = line.trim().trim_start_matches("user").trim().to_owned();
                    if acl.users.iter().any(|(_, known)| *known == name) {
                        complain("this user has rules above already; Mosquitto adds these to them");
                    }
                    acl.users.push((number, name));
                }
                [keyword @ ("topic" | "pattern"), access @ ("read" | "write" | "readwrite" | "deny"), topic] => {
                    if keyword == "pattern" || access == "deny" || access == "readwrite" || topic.contains(['+', '#']) {
                        complain("generated rules are `read` or `write` of one topic by its name");
                    }
                    acl.lines.push(AclRule {
                        number,
                        user: acl.users.last().map(|(_, user)| user.clone()),
                        pattern: keyword == "pattern",
                        access: access.to_owned(),
                        topic: topic.trim().to_owned(),
                        text: line.to_owned(),
                    });
                }
                _ => complain("generated rules are `user NAME`, `topic read TOPIC` and `topic write TOPIC`"),
            }
        }
        acl
    }

    /// What differs from the rights that are wanted, each with its place.
    pub fn differences(&self, users: &[UserPlan]) -> Vec<String> {
        let mut found = self.odd.clone();
        for user in users {
            for (access, topics) in [("read", &user.read), ("write", &user.write)] {
                for topic in topics.iter().filter(|topic| !self.states(&user.name, access, topic)) {
                    found.push(self.blame(&user.name, access, topic, false, users));
                }
            }
        }
        for line in self.lines.iter().filter(|line| !self.wanted(line, users)) {
            found.push(format!("{}:{}: `{}` is in no right of the fleet", self.path, line.number, line.text));
        }
        found
    }

    /// The line to blame for a right that is there and should not (`allowed`), or the other way round.
    pub fn blame(&self, user: &str, access: &str, topic: &str, allowed: bool, users: &[UserPlan]) -> String {
        let own = |line: &&AclRule| line.pattern || line.user.as_deref() == Some(user);
        let spelled = format!("topic {access} {topic}");
        let guilty = if allowed {
            let grants = |line: &&AclRule| line.access == access || line.access == "readwrite";
            self.lines.iter().filter(own).filter(grants).find(|line| covers(&line.topic, topic, user))
        } else {
            let denies = |line: &&AclRule| line.access == "deny" && covers(&line.topic, topic, user);
            // A line that nobody wants and that is nearly the one that is missing.
            let near =
                |line: &&AclRule| !self.wanted(line, users) && (line.topic == topic || alike(&line.topic, topic));
            self.lines.iter().filter(own).find(denies).or_else(|| self.lines.iter().filter(own).find(near))
        };
        match (guilty, self.users.iter().find(|(_, name)| name == user)) {
            (Some(line), _) if allowed => format!("{}:{}: `{}` allows it", self.path, line.number, line.text),
            (Some(line), _) => {
                format!("{}:{}: `{}` stands where `{spelled}` should", self.path, line.number, line.text)
            }
            (None, Some((number, _))) if !allowed => {
                format!("{}:{number}: `user {user}` lacks the line `{spelled}`", self.path)
            }
            (None, None) if !allowed => format!("{}: the line `user {user}` is missing", self.path),
            _ => format!("{}: no line of it grants or denies it", self.path),
        }
    }

    fn states(&self, user: &str, access: &str, topic: &str) -> bool {
        let same = |line: &AclRule| line.user.as_deref() == Some(user) && line.access == access && line.topic == topic;
        self.lines.iter().any(|line| !line.pattern && same(line))
    }

    fn wanted(&self, line: &AclRule, users: &[UserPlan]) -> bool {
        let of_user = |user: &UserPlan| match line.access.as_str() {
            "read" => user.read.contains(&line.topic),
            "write" => user.write.contains(&line.topic),
            _ => false,
        };
        !line.pattern && users.iter().any(|user| line.user.as_deref() == Some(user.name.as_str()) && of_user(user))
    }
}

/// Whether a rule's topic covers a topic name, as MQTT has it.
fn covers(filter: &str, topic: &str, user: &str) -> bool {
    let filter = filter.replace("%u", user).replace("%c", user);
    if topic.starts_with('$') != filter.starts_with('$') {
        return false;
    }
    let mut levels = topic.split('/');
    for part in filter.split('/') {
        if part == "#" {
            return true;
        }
        match levels.next() {
            Some(level) if part == "+" || part == level => {}
            _ => return false,
        }
    }
    levels.next().is_none()
}

/// Whether two names differ by a slip: a letter, two letters changed over, or capitals.
fn alike(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.to_lowercase().chars().collect(), b.to_lowercase().chars().collect());
    let front = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let longest = a.len().max(b.len());
    front + back + 2 >= longest
}
