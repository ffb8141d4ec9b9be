"""Holds rows against the data contract that promises them."""

from mesh_contracts.contract import Column, Contract, ContractError, Table, load, parse
from mesh_contracts.rows import Violation, check_rows

__all__ = ["Column", "Contract", "ContractError", "Table", "Violation", "check_rows", "load", "parse"]
