export { GraphQLDateTime as DateTime, GraphQLJSON as JSONValue } from 'graphql-scalars';
