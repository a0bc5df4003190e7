//! Sums that a reader can follow, such as `1 - 120 / 1.08**(100/365)`, in files of expected values.

/// The value of a sum of numbers with + - * / ** and brackets.
#[track_caller]
pub fn value_of(text: &str) -> f64 {
    let text: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    let mut reader = Reader { rest: &text, text: &text };
    let value = reader.sum();
    assert!(reader.rest.is_empty(), "{text:?} ends in {:?}", reader.rest);
    value
}

struct Reader<'a> {
    rest: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    fn take(&mut self, sign: &str) -> bool {
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn sum(&mut self) -> f64 {
        let mut value = self.product();
        loop {
            if self.take("+") {
                value += self.product();
            } else if self.take("-") {
                value -= self.product();
            } else {
                return value;
            }
        }
    }

    fn product(&mut self) -> f64 {
        let mut value = self.signed();
        loop {
            if self.take("*") {
                value *= self.signed();
            } else if self.take("/") {
                value /= self.signed();
            } else {
                return value;
            }
        }
    }

    fn signed(&mut self) -> f64 {
        if self.take("-") { -self.signed() } else { self.power() }
    }

    fn power(&mut self) -> f64 {
        let base = self.number();
        if self.take("**") { base.powf(self.signed()) } else { base }
    }

    fn number(&mut self) -> f64 {
        if self.take("(") {
            let value = self.sum();
            assert!(self.take(")"), "{:?} lacks a closing bracket", self.text);
            return value;
        }
        let end = self.rest.find(|character: char| !character.is_ascii_digit() && character != '.');
        let (digits, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        digits.parse().unwrap_or_else(|_| panic!("{:?}: a number is expected at {digits:?}{rest:?}", self.text))
    }
}

#[test]
fn sums_are_read_as_they_are_written() {
    assert_eq!(value_of("100 * 140 / 180"), 100.0 * 140.0 / 180.0);
    assert_eq!(value_of("-500/11"), -500.0 / 11.0);
    assert_eq!(value_of("(0.38-1/3)/(1-1/3)"), (0.38 - 1.0 / 3.0) / (1.0 - 1.0 / 3.0));
    assert_eq!(value_of("1-1/1.08**(100/365)"), 1.0 - 1.0 / 1.08_f64.powf(100.0 / 365.0));
}
