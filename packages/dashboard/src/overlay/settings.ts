import { type Parameter, type ParameterName, parameterNames, parameters, type Settings } from "./parameters.ts";

/**
 * Reads an overlay's parameters. The fragment takes precedence over the query, because it is sent to no server. Never
 * throws: an invalid value counts as missing.
 * @param kept the stored settings of a named overlay, which have the lowest precedence
 */
export function parseSettings({ search, hash }: { search: string; hash: string }, kept = ""): Settings {
	const given = [hash.replace(/^#/, ""), search, kept].map((text) => new URLSearchParams(text));
	return settingsOf((name) => given.find((one) => one.has(name))?.get(name) ?? null);
}

/** Whether a sound is a file of the user, by its id; else it is built in. */
export function isSoundFile(sound: string): boolean {
	return /^[0-9a-f]{16}$/.test(sound);
}

export function defaultSettings(): Settings {
	return settingsOf(() => null);
}

/**
 * Returns the address of a named overlay, which stays the same whatever the overlay shows.
 * @param secret secret of its token; empty if the service has no API key and needs none
 */
export function namedUrl(page: string | URL, id: string, secret: string): string {
	return new URL(`/overlay/named/${encodeURIComponent(id)}${secret && `#token=${secret}`}`, page).href;
}

/** Writes the settings that differ from the defaults, in the form that {@link parseSettings} reads. */
export function writeSettings(settings: Settings): string {
	const written = new URLSearchParams();
	for (const name of parameterNames) {
		const text = write(settings[name]);
		if (text !== write(parameters[name].default)) written.set(name, text);
	}
	return written.toString().replaceAll("%2C", ",");
}

function settingsOf(given: (name: ParameterName) => string | null): Settings {
	return Object.fromEntries(parameterNames.map((name) => [name, read(parameters[name], given(name))])) as Settings;
}

function read(parameter: Parameter, text: string | null): unknown {
	if (text === null) return parameter.default;
	switch (parameter.kind) {
		case "choice":
			return parameter.values.includes(text) ? text : parameter.default;
		case "sound":
			return isSoundFile(text) || parameter.values.some((name) => name === text) ? text : parameter.default;
		case "list": {
			const known = parameter.values.filter((value) => text.split(/[\s,，、]+/).includes(value));
			return known.length > 0 || text.trim() === "" ? known : parameter.default;
		}
		case "integer":
		case "number": {
			const number = text.trim() === "" ? Number.NaN : Number(text);
			if (!Number.isFinite(number)) return parameter.default;
			const whole = parameter.kind === "integer" ? Math.round(number) : number;
			// Avoids -0, which would be written as 0.
			return Math.min(parameter.max, Math.max(parameter.min, whole)) + 0;
		}
		case "flag":
			if (/^(1|true|yes|on|)$/i.test(text)) return true;
			return /^(0|false|no|off)$/i.test(text) ? false : parameter.default;
		case "text":
			// Removes half of a truncated surrogate pair, which could not be written into an address.
			return text.slice(0, parameter.max).replace(/[\ud800-\udbff]$/, "");
		default:
			return parameter satisfies never;
	}
}

function write(value: string | number | boolean | readonly string[]): string {
	if (typeof value === "boolean") return value ? "1" : "0";
	return typeof value === "object" ? value.join(",") : String(value);
}
