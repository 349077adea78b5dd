import { onScopeDispose, shallowRef } from "vue";

const names = [
	"surface",
	"line",
	"line-strong",
	"text",
	"muted",
	"accent",
	"warn",
	"bad",
	"chart-1",
	"chart-2",
	"chart-3",
	"chart-4",
	"chart-5",
] as const;
export type ColorName = (typeof names)[number];
export type Palette = Record<ColorName, string>;

/** Provides the theme's colours to canvases, which know no CSS variables; follows changes of the theme. */
export function usePalette() {
	const palette = shallowRef(read());
	const observer = new MutationObserver(() => {
		palette.value = read();
	});
	observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
	onScopeDispose(() => observer.disconnect());
	return palette;
}

function read(): Palette {
	const style = getComputedStyle(document.documentElement);
	return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Palette;
}

/**
 * Blends a translucent colour with a ground into an opaque one. Both are `#rrggbb`, or `#rgb` as builds shorten them.
 */
export function mixed(color: string, ground: string, share: number): string {
	const below = partsOf(ground);
	return `rgb(${partsOf(color)
		.map((part, i) => Math.round(part * share + (below[i] ?? 0) * (1 - share)))
		.join(" ")})`;
}

function partsOf(hex: string): number[] {
	const digits = hex.length === 4 ? hex.replaceAll(/[\da-f]/gi, "$&$&") : hex;
	return [1, 3, 5].map((at) => Number.parseInt(digits.slice(at, at + 2), 16));
}
