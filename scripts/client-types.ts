// `npm run client-types`: generates the client's types from the service's own API description.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString, type OpenAPI3 } from "openapi-typescript";
import { loadConfig } from "../packages/livekeeper/src/config.ts";
import { startService } from "../packages/livekeeper/src/service.ts";

export const clientTypesFile = fileURLToPath(new URL("../packages/client/src/gen/api.ts", import.meta.url));

/** Returns the types of all named schemas, each field with its description. */
export async function clientTypes(): Promise<string> {
	const { openapi, info, components } = await describedApi();
	const schemas = JSON.parse(JSON.stringify(components?.schemas), (key, value) =>
		key === "examples" ? undefined : value,
	);
	const ast = await openapiTS(
		{ openapi, info, components: { schemas } },
		// A default makes a field of a request optional.
		{ defaultNonNullable: false, rootTypes: true, rootTypesNoSchemaPrefix: true, silent: true },
	);
	return astToString(ast).replaceAll("@description ", "");
}

async function describedApi(): Promise<OpenAPI3> {
	const dataDir = mkdtempSync(join(tmpdir(), "livekeeper-api-"));
	const flags = { port: "0", dataDir, logLevel: "fatal" };
	const service = await startService(loadConfig({ cwd: dataDir, env: {}, flags }));
	try {
		const answer = await fetch(`${service.url}/docs/json`, { headers: { "accept-language": "en" } });
		return (await answer.json()) as OpenAPI3;
	} finally {
		await service.stop();
		rmSync(dataDir, { recursive: true });
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(clientTypesFile, await clientTypes());
