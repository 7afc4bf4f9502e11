// Package v20170312 takes the place of a cloud client that the module proxy does not serve.
//
// flannel compiles its "tencent-vpc" backend unconditionally. These are the few names that the backend uses;
// every call fails, so a cluster that asks for that backend gets an error and not a silent no-op.
package v20170312

import "errors"

// ErrAbsent is what every call returns.
var ErrAbsent = errors.New("this flannel was built without the Tencent Cloud VPC client")

type (
	// Client cannot reach anything.
	Client struct{}

	// Filter selects route tables.
	Filter struct {
		Name   *string
		Values []*string
	}

	// Route is one row of a route table.
	Route struct {
		RouteId              *uint64
		DestinationCidrBlock *string
		GatewayType          *string
		GatewayId            *string
		RouteType            *string
		Enabled              *bool
	}

	// RouteTable holds routes.
	RouteTable struct {
		RouteTableId *string
		RouteSet     []*Route
	}

	// DescribeRouteTablesRequest asks for route tables.
	DescribeRouteTablesRequest struct {
		Filters []*Filter
	}

	// DescribeRouteTablesResponseParams is the body of the answer.
	DescribeRouteTablesResponseParams struct {
		RouteTableSet []*RouteTable
	}

	// DescribeRouteTablesResponse never arrives.
	DescribeRouteTablesResponse struct {
		Response *DescribeRouteTablesResponseParams
	}

	// DeleteRoutesRequest asks to delete routes.
	DeleteRoutesRequest struct {
		RouteTableId *string
		Routes       []*Route
	}

	// DeleteRoutesResponse never arrives.
	DeleteRoutesResponse struct{}

	// CreateRoutesRequest asks to create routes.
	CreateRoutesRequest struct {
		RouteTableId *string
		Routes       []*Route
	}

	// CreateRoutesResponse never arrives.
	CreateRoutesResponse struct{}
)

// NewClientWithSecretId ignores its arguments.
func NewClientWithSecretId(_, _, _ string) (*Client, error) { return &Client{}, nil }

// NewDescribeRouteTablesRequest returns an empty request.
func NewDescribeRouteTablesRequest() *DescribeRouteTablesRequest { return &DescribeRouteTablesRequest{} }

// NewDeleteRoutesRequest returns an empty request.
func NewDeleteRoutesRequest() *DeleteRoutesRequest { return &DeleteRoutesRequest{} }

// NewCreateRoutesRequest returns an empty request.
func NewCreateRoutesRequest() *CreateRoutesRequest { return &CreateRoutesRequest{} }

// DescribeRouteTables always fails.
func (*Client) DescribeRouteTables(*DescribeRouteTablesRequest) (*DescribeRouteTablesResponse, error) {
	return nil, ErrAbsent
}

// DeleteRoutes always fails.
func (*Client) DeleteRoutes(*DeleteRoutesRequest) (*DeleteRoutesResponse, error) { return nil, ErrAbsent }

// CreateRoutes always fails.
func (*Client) CreateRoutes(*CreateRoutesRequest) (*CreateRoutesResponse, error) { return nil, ErrAbsent }
