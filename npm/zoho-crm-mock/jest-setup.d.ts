/** Starts the server that all tests share. Its options are `globals.zohoCrm` of the configuration. */
declare function setup(global: unknown, project: { globals?: Record<string, unknown> }): Promise<void>;
export = setup;
