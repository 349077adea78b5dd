/** Space between tiles, and around them, px. */
export const wallGap = 10;
/** No tile is smaller: where all do not fit the wall scrolls, px. */
const minTile = { width: 108, height: 60 } as const;
/** Width of a tile for its height: text is wider than it is high. */
const aspect = 1.7;

/** How tiles are laid out. */
export interface WallGrid {
	columns: number;
	/** Height of a tile, px. */
	height: number;
}

/**
 * The grid in which `count` tiles are large and fill the wall while all of them fit; where they would be smaller than can
 * be read, as many columns as can be read.
 * @param width of the wall, px. @param height of the wall, px
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
		// A place that stays empty is lost, and looks as if a room were missing.
		const size = Math.min(tile.width, tile.height * aspect) * (count / (columns * Math.max(1, rows))) ** 2;
		if (tile.height < minTile.height || size <= bestSize) continue;
		bestSize = size;
		best = { columns, height: tile.height };
	}
	return best;
}
