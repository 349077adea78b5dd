/** The parts of a JSON schema that the page shows. */
export interface Schema {
	$ref?: string;
	type?: string | string[];
	enum?: unknown[];
	const?: unknown;
	anyOf?: Schema[];
	oneOf?: Schema[];
	allOf?: Schema[];
	items?: Schema;
	properties?: Record<string, Schema>;
	additionalProperties?: boolean | Schema;
	required?: string[];
	description?: string;
	default?: unknown;
}

export interface Content {
	[type: string]: { schema?: Schema };
}

export interface Parameter {
	name: string;
	in: string;
	required?: boolean;
	description?: string;
	schema?: Schema;
}

export interface Operation {
	operationId?: string;
	summary?: string;
	description?: string;
	tags?: string[];
	security?: Record<string, string[]>[];
	parameters?: Parameter[];
	requestBody?: { content?: Content; required?: boolean };
	responses?: Record<string, { description?: string; content?: Content }>;
}

/** The parts of an OpenAPI document that the page shows. */
export interface OpenApi {
	info: { title: string; version: string; description?: string };
	tags?: { name: string; description?: string }[];
	paths?: Record<string, Record<string, Operation>>;
	components?: { schemas?: Record<string, Schema>; securitySchemes?: Record<string, { description?: string }> };
}
