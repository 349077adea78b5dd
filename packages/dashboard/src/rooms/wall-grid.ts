/** Space between tiles, and around them, px. */
export const wallGap = 10;
/** Minimum size of a tile, px; if not all fit, the wall scrolls. */
const minTile = { width: 108, height: 60 } as const;
/** Width of a tile per height, because text is wider than high. */
const aspect = 1.7;

/** Layout of the tiles. */
export interface WallGrid {
	columns: number;
	/** Height of a tile, px. */
	height: number;
}

/**
 * Returns the grid with the largest tiles that fits all of them on the wall. If they would be too small to read,
 * returns as many columns as stay readable.
 * @param width width of the wall, px
 * @param height height of the wall, px
 */
export function wallGridOf(count: number, width: number, height: number): WallGrid {
	const most = Math.max(1, Math.floor((width - wallGap) / (minTile.width + wallGap)));
	let best: WallGrid = { columns: most, height: minTile.height };
	let bestSize = 0;
	for (let columns = 1; columns <= Math.min(most, Math.max(1, count)); columns++) {
		const rows = Math.ceil(count / columns);
		const tile = {
			width: (width - wallGap) / columns - wallGap,
			height: Math.floor((height - wallGap) / Math.max(1, rows) - wallGap),
		};
		// An empty place is wasted, and looks like a missing room.
		const size = Math.min(tile.width, tile.height * aspect) * (count / (columns * Math.max(1, rows))) ** 2;
		if (tile.height < minTile.height || size <= bestSize) continue;
		bestSize = size;
		best = { columns, height: tile.height };
	}
	return best;
}
