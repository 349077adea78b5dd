import { languageOf, launch } from "../../text/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { config as schema } from "../schemas/config.ts";
import { errorReplies } from "../schemas/error.ts";

/** `GET /api/v1/config`: the service's options and their sources, without secrets. */
export function configRoute(app: App, { config }: Pick<RouteDeps, "config">): void {
	app.get(
		"/api/v1/config",
		{
			schema: {
				operationId: "getConfig",
				summary: "The configuration that the service was started with",
				description: "Read only: an option is changed by its variable, flag or key in the file, and a restart.",
				tags: ["service"],
				response: { 200: schema, ...errorReplies(401, 429) },
			},
		},
		async (request) => {
			const language = languageOf(request);
			const options = config.options.map(({ help, expected, ...option }) => {
				return { ...option, help: help[language], expected: expected[language] };
			});
			return { success: true as const, file: config.file, launch, options };
		},
	);
}
