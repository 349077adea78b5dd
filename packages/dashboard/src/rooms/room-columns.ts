/** Gap between two columns, px. */
const gap = 10;
/** Space before the first column and after the last, px. */
const padding = 28;

/**
 * Columns of the list of rooms in their order, with their minimum widths, px. `share`: part of the spare width that a
 * column takes. `dropped`: the lowest is the first to be left out of a list that is too narrow for all.
 */
const all = [
	{ name: "select", width: 16 },
	{ name: "state", width: 116 },
	{ name: "room", width: 144, share: 1 },
	{ name: "evidence", width: 144, share: 1.4 },
	{ name: "rate", width: 100, dropped: 2 },
	{ name: "hour", width: 90, dropped: 4 },
	{ name: "viewers", width: 60, dropped: 3 },
	{ name: "diamonds", width: 120 },
	{ name: "quality", width: 52, dropped: 1 },
	{ name: "node", width: 72 },
	{ name: "last", width: 84 },
	{ name: "actions", width: 32 },
] as const satisfies readonly { name: string; width: number; share?: number; dropped?: number }[];

type Column = (typeof all)[number];
export type RoomColumn = Column["name"];

export interface RoomColumns {
	/** Names of the columns shown, in their order. */
	names: ReadonlySet<RoomColumn>;
	/** Value of `grid-template-columns`. */
	template: string;
}

const rankOf = (column: Column) => ("dropped" in column ? column.dropped : Number.POSITIVE_INFINITY);
const widthOf = (columns: readonly Column[]) => columns.reduce((sum, { width }) => sum + width + gap, padding - gap);

/**
 * Chooses the columns that fit into a list, so that no column is cut.
 *
 * @param width width of the list without its scrollbar, px
 * @param showNode whether rooms are on several nodes
 */
export function columnsFor(width: number, showNode: boolean): RoomColumns {
	let columns: readonly Column[] = all.filter(({ name }) => showNode || name !== "node");
	while (widthOf(columns) > width) {
		const lowest = Math.min(...columns.map(rankOf));
		if (lowest === Number.POSITIVE_INFINITY) break;
		columns = columns.filter((column) => rankOf(column) !== lowest);
	}
	return {
		names: new Set(columns.map(({ name }) => name)),
		template: columns
			.map((column) => ("share" in column ? `minmax(${column.width}px, ${column.share}fr)` : `${column.width}px`))
			.join(" "),
	};
}
