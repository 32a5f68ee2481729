//! A queue of bytes.

/// A queue of at most `N` bytes.
pub(crate) struct Queue<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> Queue<N> {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; N], length: 0 }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.length == 0
    }

    pub(crate) fn clear(&mut self) {
        self.bytes = [0; N];
        self.length = 0;
    }

    /// The bytes that wait.
    pub(crate) fn waiting(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// Takes as much as there is room for; how many bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> usize {
        let room = self.bytes.get_mut(self.length..).unwrap_or_default();
        let count = room.len().min(bytes.len());
        for (to, from) in room.iter_mut().zip(bytes) {
            *to = *from;
        }
        self.length += count;
        count
    }

    /// The first bytes went elsewhere.
    pub(crate) fn consume(&mut self, count: usize) {
        let count = count.min(self.length);
        self.bytes.copy_within(count..self.length, 0);
        self.length -= count;
    }

    /// Moves bytes out; how many.
    pub(crate) fn pop(&mut self, to: &mut [u8]) -> usize {
        let count = to.len().min(self.length);
        for (to, from) in to.iter_mut().zip(self.waiting()) {
            *to = *from;
        }
        self.consume(count);
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_out_in_order() {
        let mut queue = Queue::<4>::new();
        assert_eq!(queue.push(b"abcdef"), 4);
        let mut two = [0; 2];
        assert_eq!((queue.pop(&mut two), &two), (2, b"ab"));
        assert_eq!(queue.push(b"ef"), 2);
        assert_eq!(queue.waiting(), b"cdef");
        queue.consume(9);
        assert!(queue.is_empty());
    }
}
