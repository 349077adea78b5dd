import { type Parameter, type ParameterName, parameterNames, parameters, type Settings } from "./parameters.ts";

/**
 * Reads an overlay's parameters. One behind the `#` goes before the same one behind the `?`: what is
 * there is sent to no server. Never throws: what can't be used is as if it had not been given.
 * @param kept what the service keeps of a named overlay: goes behind both
 */
export function parseSettings({ search, hash }: { search: string; hash: string }, kept = ""): Settings {
	const given = [hash.replace(/^#/, ""), search, kept].map((text) => new URLSearchParams(text));
	return settingsOf((name) => given.find((one) => one.has(name))?.get(name) ?? null);
}

export function defaultSettings(): Settings {
	return settingsOf(() => null);
}

/**
 * The address of a named overlay, which stays whatever it shows.
 * @param secret of its token; "": the service has no API key, and needs none
 */
export function namedUrl(page: string | URL, id: string, secret: string): string {
	return new URL(`/overlay/named/${encodeURIComponent(id)}${secret && `#token=${secret}`}`, page).href;
}

/** What differs from the defaults, as {@link parseSettings} reads it. */
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
		case "list": {
			const known = parameter.values.filter((value) => text.split(/[\s,，、]+/).includes(value));
			return known.length > 0 || text.trim() === "" ? known : parameter.default;
		}
		case "integer":
		case "number": {
			const number = text.trim() === "" ? Number.NaN : Number(text);
			if (!Number.isFinite(number)) return parameter.default;
			const whole = parameter.kind === "integer" ? Math.round(number) : number;
			// Never -0, which would be written as 0.
			return Math.min(parameter.max, Math.max(parameter.min, whole)) + 0;
		}
		case "flag":
			if (/^(1|true|yes|on|)$/i.test(text)) return true;
			return /^(0|false|no|off)$/i.test(text) ? false : parameter.default;
		case "text":
			// Half of a character that was cut in two can't be written into an address again.
			return text.slice(0, parameter.max).replace(/[\ud800-\udbff]$/, "");
		default:
			return parameter satisfies never;
	}
}

function write(value: string | number | boolean | readonly string[]): string {
	if (typeof value === "boolean") return value ? "1" : "0";
	return typeof value === "object" ? value.join(",") : String(value);
}
