/** Makes the text that a session prints of a value independent of the settings of server and role: it is what is published. */
export const SET_TEXT_FORM = `SET timezone TO 'UTC'; SET datestyle TO 'ISO, MDY'; SET bytea_output TO 'hex'`;
