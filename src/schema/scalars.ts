export { GraphQLDateTimeISO as DateTime, GraphQLJSON as JSONValue } from 'graphql-scalars';
