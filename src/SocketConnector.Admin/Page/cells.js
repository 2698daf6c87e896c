import { make, setAttributes, setText } from "./dom.js";

// The elements of a grid's rows, by the ARIA pattern for grids. Columns are described at Grid.

const cellOf = ({ name, numeric }, role) => {
    const cell = make("div", `cell ${name}${numeric ? " number" : ""}`);
    setAttributes(cell, { role });
    return cell;
};

/** @param sort Called with what a column that can be sorted calls itself. */
export function headRow(columns, sort) {
    const row = make("div", "row head");
    setAttributes(row, { role: "row", "aria-rowindex": 1 });
    for (const column of columns) {
        const cell = cellOf(column, "columnheader");
        if (column.sort) {
            const button = make("button", "", column.title);
            button.type = "button";
            button.addEventListener("click", () => sort(column.sort));
            cell.append(button);
        } else {
            setText(cell, column.title);
        }

        row.append(cell);
    }

    return row;
}

export function bodyRow(columns, id) {
    const row = make("div", "row");
    row.id = id;
    setAttributes(row, { role: "row" });
    for (const column of columns) {
        const cell = cellOf(column, "gridcell");
        column.build?.(cell);
        row.append(cell);
    }

    return row;
}
