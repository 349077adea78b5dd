import type uPlot from "uplot";
import type { Mark } from "./chart-data.ts";
import type { Palette } from "./palette.ts";

/** Draws problems as bands below the lines, plain for a loss, hatched for a gap, and highlights as flags above them. */
export function drawMarks(u: uPlot, marks: readonly Mark[], marked: Mark | undefined, palette: Palette): void {
	const { ctx, bbox } = u;
	const last = u.scales["x"]?.max ?? 0;
	ctx.save();
	ctx.beginPath();
	ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
	ctx.clip();
	for (const mark of marks) {
		if (mark.kind === "highlight") continue;
		const begin = u.valToPos(mark.from / 1000, "x", true);
		const end = u.valToPos(mark.to === undefined ? last : mark.to / 1000, "x", true);
		const width = Math.max(2 * devicePixelRatio, end - begin);
		const color = { gap: palette.bad, lost: palette.warn, down: palette.muted }[mark.kind];
		ctx.globalAlpha = mark === marked ? 0.5 : 0.22;
		ctx.fillStyle = color;
		ctx.fillRect(begin, bbox.top, width, bbox.height);
		ctx.globalAlpha = mark === marked ? 1 : 0.7;
		if (mark.kind === "gap") hatch(ctx, color, begin, bbox.top, width, bbox.height);
		else ctx.fillRect(begin, bbox.top, width, 2 * devicePixelRatio);
	}
	for (const mark of marks) if (mark.kind === "highlight") flag(u, mark, mark === marked, palette.accent);
	ctx.restore();
}

/** Draws a flag at the top of the plot, with a faint band below it. */
function flag(u: uPlot, { from, to = from }: Mark, isMarked: boolean, color: string): void {
	const { ctx, bbox } = u;
	const pixel = devicePixelRatio;
	const begin = u.valToPos(from / 1000, "x", true);
	const width = Math.max(2 * pixel, u.valToPos(to / 1000, "x", true) - begin);
	ctx.fillStyle = color;
	ctx.globalAlpha = isMarked ? 0.4 : 0.12;
	ctx.fillRect(begin, bbox.top, width, bbox.height);
	ctx.globalAlpha = 1;
	const middle = begin + width / 2;
	const size = (isMarked ? 6 : 4) * pixel;
	ctx.beginPath();
	ctx.moveTo(middle - size, bbox.top);
	ctx.lineTo(middle + size, bbox.top);
	ctx.lineTo(middle, bbox.top + 1.5 * size);
	ctx.fill();
}

function hatch(
	ctx: CanvasRenderingContext2D,
	color: string,
	x: number,
	y: number,
	width: number,
	height: number,
): void {
	const gap = 6 * devicePixelRatio;
	ctx.save();
	ctx.beginPath();
	ctx.rect(x, y, width, height);
	ctx.clip();
	ctx.beginPath();
	for (let at = x - height; at < x + width; at += gap) {
		ctx.moveTo(at, y + height);
		ctx.lineTo(at + height, y);
	}
	ctx.strokeStyle = color;
	ctx.lineWidth = devicePixelRatio;
	ctx.stroke();
	ctx.restore();
}
