import type { Text } from "@livekeeper/base/text";
import { z } from "zod";

/** One option of the service, with all its names. */
export const configOption = z
	.object({
		name: z.string().describe("its key in livekeeper.config.json"),
		env: z.string().describe("its environment variable"),
		flag: z.string().describe("its flag of `livekeeper serve`"),
		kind: z.enum(["integer", "boolean", "list", "text"]),
		help: z.string().describe("what it is, for people"),
		expected: z.string().describe("what a valid value is, for people"),
		secret: z.boolean().describe("whether the value is never shown"),
		set: z.boolean().describe("whether it has a value"),
		value: z.unknown().describe("the value in use; null if none is set, and for secrets"),
		default: z.unknown().describe("null if there is none"),
		from: z.enum(["default", "file", "environment", "flag", "program"]).describe("where the value came from"),
	})
	.meta({ id: "ConfigOption" });

/** Options the service runs with. */
export const config = z
	.object({
		success: z.literal(true),
		file: z.string().nullable().describe("the configuration file that was read; null if there was none"),
		launch: z
			.object({
				command: z.string().describe("the words before a command's name in a terminal"),
				demo: z
					.string()
					.nullable()
					.describe("command that shows simulated rooms; null if the service can't know it, as in a container"),
			})
			.describe("how livekeeper is started where the service runs"),
		options: z.array(configOption),
	})
	.meta({ id: "ServiceConfig" });

type Option = z.output<typeof configOption>;

/** The options before a language is chosen: texts for people are in each language. */
export interface DescribedConfig extends Pick<z.output<typeof config>, "file"> {
	options: (Omit<Option, "help" | "expected"> & { help: Text; expected: Text })[];
}
