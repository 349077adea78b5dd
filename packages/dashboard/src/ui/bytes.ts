const units = ["B", "KB", "MB", "GB", "TB"] as const;

/** Formats a size for people: `1.5 MB`. */
export function bytesText(bytes: number): string {
	let size = bytes;
	let unit = 0;
	while (size >= 1024 && unit < units.length - 1) {
		size /= 1024;
		unit++;
	}
	return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}
