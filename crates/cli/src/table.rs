//! Columns of text as pip lays them out in `list`.

/// Rows with every column padded to its widest cell, without blanks at the end of a line.
pub fn tabulate(rows: &[Vec<String>]) -> (Vec<String>, Vec<usize>) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let lines = rows
        .iter()
        .map(|row| {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(cell);
                line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.chars().count())));
            }
            line.truncate(line.trim_end().len());
            line
        })
        .collect();
    (lines, widths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pads_all_but_the_end() {
        let rows = vec![vec!["a".into(), "long".into()], vec!["longer".into(), "x".into()]];
        assert_eq!(tabulate(&rows), (vec!["a      long".into(), "longer x".into()], vec![6, 4]));
        assert_eq!(tabulate(&[]), (vec![], vec![]));
    }
}
