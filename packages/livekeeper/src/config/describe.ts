import { type Config, configOptions } from "./schema.ts";

/**
 * Describes every option of a service with its value, default and origin, in the shape of `GET /api/v1/config`. For a
 * secret, only whether it is set.
 */
export function describeConfig(config: Config) {
	const { file, options: from } = config.origin;
	// The address that commands use is no option of the service.
	const own = configOptions.filter(({ name }) => name !== "url");
	return {
		file: file ?? null,
		options: own.map(({ name, env, flag, kind, help, expected, secret = false, default: standard, property }) => ({
			...{ name, env, flag, kind, help, expected, secret },
			set: config[property] !== undefined,
			value: secret ? null : withoutPassword(config[property] ?? null),
			default: standard ?? null,
			from: from[name] ?? ("default" as const),
		})),
	};
}

/** Removes user and password from an address. */
function withoutPassword(value: unknown): unknown {
	if (typeof value !== "string" || !URL.canParse(value)) return value;
	const url = new URL(value);
	if (url.username === "" && url.password === "") return value;
	url.username = "***";
	url.password = "";
	return url.href;
}
