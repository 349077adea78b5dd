import type { Settings } from "../overlay/parameters.ts";

/** Returns the size that an OBS browser source needs for an overlay, px. */
export function sourceSizeOf({ theme, widgets, size }: Settings): { width: number; height: number } {
	const onlyBar = theme === "ticker" && widgets.every((widget) => widget === "feed");
	if (onlyBar) return { width: 1920, height: Math.max(72, size * 3) };
	if (theme === "ticker") return { width: 1920, height: 1080 };
	return { width: 420, height: widgets.length > 3 ? 800 : 640 };
}
